import { EllipsisVertical, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Fix } from '../../../shared/dockerfile/fixes';
import { applyFix, useChecks } from '../../stores/checksStore';
import type { Problem } from '../../stores/problemsStore';
import { useProject } from '../../stores/projectStore';
import { Button, IconButton } from '../../ui/Button';
import { Menu, MenuItem } from '../../ui/Menu';
import styles from './Problems.module.css';

/** The likeliest fix as a button, the others and "Ignore rule" in a menu. They wait while newer text is checked. */
export function ProblemActions({ problem: { rule, fixes = [], ignore } }: { problem: Problem }) {
  const { t } = useTranslation('checks');
  const checkedText = useChecks((state) => state.checkedText);
  const isFresh = useProject((state) => state.text === checkedText);
  const [first, ...others] = fixes;
  const titleOf = (fix: Fix): string => t('fix', { what: t(`fixes.${fix.kind}`, fix.values) });
  return (
    <>
      {first !== undefined && (
        <span className={styles.fix} title={titleOf(first)}>
          <Button
            size="sm"
            icon={<Wrench size={12} strokeWidth={1.5} aria-hidden="true" />}
            isDisabled={!isFresh}
            onPress={() => applyFix(first)}
          >
            <span className={styles.fixText}>{titleOf(first)}</span>
          </Button>
        </span>
      )}
      {(others.length > 0 || ignore !== undefined) && (
        <Menu
          label={t('more', { rule })}
          placement="bottom end"
          trigger={
            <IconButton
              size="sm"
              label={t('more', { rule })}
              isDisabled={!isFresh}
              icon={<EllipsisVertical size={14} strokeWidth={1.5} aria-hidden="true" />}
            />
          }
        >
          {others.map((fix) => (
            <MenuItem key={fix.kind} label={titleOf(fix)} onAction={() => applyFix(fix)} />
          ))}
          {ignore !== undefined && (
            <MenuItem label={t('fixes.ignore-rule', { rule })} onAction={() => applyFix(ignore)} />
          )}
        </Menu>
      )}
    </>
  );
}
