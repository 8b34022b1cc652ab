import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { chosenBuilder, useBuilders } from '../../stores/buildersStore';
import { chooseBuilder, useProject } from '../../stores/projectStore';
import { MenuItem } from '../../ui/Menu';
import { makeDefault } from './builderWork';

/** The two ways to use a builder, as items of a menu. */
export function UseItems({ builder }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  const project = useProject((state) => state.project?.name);
  const chosen = useProject((state) => state.builder);
  const used = useBuilders((state) => chosenBuilder(state.builders, chosen)?.name);
  const isUsed = project !== undefined && used === builder.name;
  return (
    <>
      <MenuItem
        label={project === undefined ? t('useHere') : t('useFor', { project })}
        isDisabled={project === undefined || isUsed}
        {...(isUsed ? { meta: t('alreadyUsed') } : {})}
        onAction={() => chooseBuilder(builder.name)}
      />
      <MenuItem
        label={t('useByDefault')}
        isDisabled={builder.current}
        {...(builder.current ? { meta: t('alreadyUsed') } : {})}
        onAction={() => void makeDefault(builder.name)}
      />
    </>
  );
}
