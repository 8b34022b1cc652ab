import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Disclosure as AriaDisclosure, DisclosurePanel, Heading } from 'react-aria-components';
import styles from './Disclosure.module.css';

/** A section that folds. `hint` sums up at the end of the head what is inside. */
export function Disclosure({
  title,
  hint,
  defaultExpanded = false,
  isExpanded,
  onExpandedChange,
  children,
}: {
  title: string;
  hint?: ReactNode;
  defaultExpanded?: boolean;
  isExpanded?: boolean;
  onExpandedChange?: (expanded: boolean) => void;
  children: ReactNode;
}) {
  return (
    <AriaDisclosure
      className={styles.disclosure ?? ''}
      defaultExpanded={defaultExpanded}
      {...(isExpanded === undefined ? {} : { isExpanded })}
      {...(onExpandedChange === undefined ? {} : { onExpandedChange })}
    >
      <Heading className={styles.head ?? ''} level={3}>
        <Button slot="trigger" className={styles.trigger ?? ''}>
          <ChevronRight size={12} strokeWidth={1.5} className={styles.chevron} aria-hidden="true" />
          {title}
          {hint !== undefined && <span className={styles.hint}>{hint}</span>}
        </Button>
      </Heading>
      <DisclosurePanel>
        <div className={styles.body}>{children}</div>
      </DisclosurePanel>
    </AriaDisclosure>
  );
}
