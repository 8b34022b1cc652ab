import { Ellipsis } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { showBuilder } from '../../stores/uiStore';
import { IconButton } from '../../ui/Button';
import { builderStatus } from '../../ui/Dot';
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu';
import { cancelWork, startBuilder, stopBuilder, useWork } from './builderWork';
import { UseItems } from './UseItems';

/** What can be done with a builder, behind a button of three dots. */
export function BuilderMenu({
  builder,
  isOpen,
  onOpenChange,
  onRemove,
}: {
  builder: Builder;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('builders');
  const work = useWork(builder.name);
  const { name } = builder;
  const status = builderStatus(builder.nodes);
  const isUp = status === 'running' || status === 'starting';
  const label = t('menuOf', { name });
  return (
    <Menu
      label={label}
      placement="bottom end"
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      trigger={
        <IconButton
          size="sm"
          label={label}
          excludeFromTabOrder
          icon={<Ellipsis size={14} strokeWidth={1.5} aria-hidden="true" />}
        />
      }
    >
      <MenuItem label={t('show')} onAction={() => showBuilder(name)} />
      <UseItems builder={builder} />
      {(builder.canStart || builder.canStop) && <MenuSeparator />}
      {work === 'start' || work === 'restart' ? (
        <MenuItem label={t('cancelStart')} onAction={() => cancelWork(name)} />
      ) : (
        builder.canStart &&
        !isUp && (
          <MenuItem
            label={t('start')}
            isDisabled={work !== undefined}
            onAction={() => void startBuilder(name)}
          />
        )
      )}
      {builder.canStop && isUp && (
        <MenuItem label={t('stop')} isDisabled={work !== undefined} onAction={() => void stopBuilder(name)} />
      )}
      {builder.canRemove && <MenuSeparator />}
      {builder.canRemove && (
        <MenuItem label={t('removeAsk')} danger isDisabled={work !== undefined} onAction={onRemove} />
      )}
    </Menu>
  );
}
