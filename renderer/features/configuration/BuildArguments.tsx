import { useTranslation } from 'react-i18next';
import type { NamedValue } from '../../../shared/contract';
import { buildArguments, resolveStages } from '../../../shared/dockerfile';
import type { DockerfileSyntax } from '../../../shared/dockerfile';
import { parsePlatform } from '../../../shared/model/platform';
import { useOwnPlatform } from '../../stores/buildersStore';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { Badge } from '../../ui/Badge';
import { syntaxOf } from '../dockerfile/syntax';
import styles from './Configuration.module.css';
import { EditableTable } from './EditableTable';
import { Findings } from './Findings';

/** Values for the Dockerfile's ARGs: a row for each declared one, then the others, then what BuildKit sets by itself. */
export function BuildArguments() {
  const { t } = useTranslation('configuration');
  const text = useProject((state) => state.text);
  const args = useProject((state) => state.settings.buildArgs);
  const platforms = useProject((state) => state.settings.platforms);
  const ownPlatform = useOwnPlatform() ?? 'linux/amd64';
  const syntax = syntaxOf(text);
  const declared = buildArguments(syntax);
  const automatic = automaticArguments(syntax, platforms.length > 0 ? platforms : [ownPlatform], ownPlatform);
  const isDeclared = (name: string): boolean => declared.some((arg) => arg.name === name);
  const given = new Map(args.filter(({ name }) => isDeclared(name)).map(({ name, value }) => [name, value]));

  const setDeclared = (name: string, value: string): void => {
    const others = args.filter((arg) => arg.name !== name);
    // An emptied field means the default again.
    updateBuildSettings({ buildArgs: value === '' ? others : [...others, { name, value }] });
  };
  const hasRows = declared.length > 0 || automatic.length > 0;
  const before = hasRows ? (
    <>
      {automatic.map(({ name, values }) => (
        <tr key={`automatic ${name}`}>
          <td className={`${styles.mono} ${styles.cut}`} title={name}>
            {name}
          </td>
          <td colSpan={2}>
            <span className={styles.automatic}>
              <span className={`${styles.mono} ${styles.cut} ${styles.dim}`} title={values}>
                {values}
              </span>
              <Badge title={t('buildArgs.automatic')}>{t('buildArgs.auto')}</Badge>
            </span>
          </td>
        </tr>
      ))}
      {declared.map(({ name, default: byDefault }) => (
        <tr key={name}>
          <td className={`${styles.mono} ${styles.cut}`} title={name}>
            {name}
          </td>
          <td colSpan={2}>
            <input
              type="text"
              className={`${styles.input} ${styles.mono}`}
              aria-label={name}
              placeholder={byDefault ?? t('buildArgs.noDefault')}
              value={given.get(name) ?? ''}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setDeclared(name, event.target.value)}
            />
          </td>
        </tr>
      ))}
    </>
  ) : undefined;

  return (
    <div className={`${styles.group} ${styles.shut}`}>
      <EditableTable
        label={t('buildArgs.title')}
        addLabel={t('buildArgs.add')}
        hint={t('none')}
        columns={[
          { id: 'name', label: t('column.name'), width: '38%', placeholder: 'NAME' },
          { id: 'value', label: t('column.value') },
        ]}
        newRow={{ name: '', value: '' }}
        rows={args.filter(({ name }) => !isDeclared(name)).map(({ name, value }) => ({ name, value }))}
        isComplete={(row) => row['name'] !== '' && !isDeclared(row['name'] ?? '')}
        onChange={(rows) =>
          updateBuildSettings({
            buildArgs: [...args.filter(({ name }) => isDeclared(name)), ...(rows as unknown as NamedValue[])],
          })
        }
        before={before}
      />
      <Findings field="buildArgs" />
    </div>
  );
}

/** The platform arguments that the Dockerfile declares, with their values for all platforms. */
function automaticArguments(
  syntax: DockerfileSyntax,
  platforms: readonly string[],
  ownPlatform: string,
): { name: string; values: string }[] {
  const values = new Map<string, Set<string>>();
  const buildPlatform = parsePlatform(ownPlatform);
  for (const text of platforms) {
    const platform = parsePlatform(text);
    if (!platform.ok || !buildPlatform.ok) continue;
    const graph = resolveStages(syntax, { platform: platform.value, buildPlatform: buildPlatform.value });
    for (const arg of [...graph.globalArgs, ...graph.stages.flatMap((stage) => stage.args)]) {
      if (arg.origin !== 'automatic') continue;
      const known = values.get(arg.name) ?? new Set();
      values.set(arg.name, known.add(arg.value ?? ''));
    }
  }
  return [...values].map(([name, all]) => ({
    name,
    values: [...all].filter((value) => value !== '').join(', '),
  }));
}
