import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './Button';
import styles from './Dialog.module.css';

/**
 * A modal dialog; `wide` takes most of the window, `sheet` slides it in at the window's right edge. Escape and a click
 * beside it close it.
 */
export function Dialog({
  title,
  isOpen,
  onClose,
  look = 'window',
  role = 'dialog',
  beforeFooter,
  footer,
  children,
}: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  look?: 'window' | 'wide' | 'sheet';
  role?: 'dialog' | 'alertdialog';
  /** Stays in sight above the buttons while the rest scrolls. */
  beforeFooter?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation('app');
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={role === 'dialog'}
      className={`${styles.overlay} ${look === 'sheet' ? styles.sheetOverlay : ''}`}
    >
      <Modal className={classes[look]}>
        <AriaDialog role={role} className={styles.dialog ?? ''}>
          <header className={styles.head}>
            <Heading slot="title" className={styles.title ?? ''}>
              {title}
            </Heading>
            <IconButton
              size="sm"
              label={t('ui.close')}
              icon={<X size={14} strokeWidth={1.5} aria-hidden="true" />}
              onPress={onClose}
            />
          </header>
          <div className={styles.body}>{children}</div>
          {beforeFooter}
          {footer !== undefined && <footer className={styles.foot}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

const classes = {
  window: styles.modal ?? '',
  wide: `${styles.modal} ${styles.wide}`,
  sheet: styles.sheet ?? '',
};

/** Asks before something that can't be undone. `children` say what is lost. */
export function ConfirmDialog({
  title,
  isOpen,
  confirmLabel,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  isOpen: boolean;
  confirmLabel: string;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation('app');
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      role="alertdialog"
      footer={
        <>
          <Button onPress={onClose} autoFocus>
            {t('ui.cancel')}
          </Button>
          <Button look="danger" onPress={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
