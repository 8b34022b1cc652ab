import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamedValue, Outline } from '../../../shared/contract';
import { buildArguments, resolveStages } from '../../../shared/dockerfile';
import type { ArgDeclaration, DockerfileSyntax } from '../../../shared/dockerfile';
import { parsePlatform } from '../../../shared/model/platform';
import { useOwnPlatform } from '../../stores/buildersStore';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { useSettledText } from '../../stores/useSettledText';
import { Badge } from '../../ui/Badge';
import { syntaxOf } from '../dockerfile/syntax';
import styles from './Configuration.module.css';
import { EditableTable } from './EditableTable';
import { Findings } from './Findings';
import { useOutline } from './useOutline';

/** Values for the Dockerfile's ARGs: a row for each declared one, then the others, then what BuildKit sets by itself. */
export function BuildArguments() {
  const { t } = useTranslation('configuration');
  const id = useId();
  const text = useSettledText();
  const args = useProject((state) => state.settings.buildArgs);
  const platforms = useProject((state) => state.settings.platforms);
  const ownPlatform = useOwnPlatform() ?? 'linux/amd64';
  const syntax = syntaxOf(text);
  const { args: outlined } = useOutline();
  const automatic = automaticArguments(syntax, platforms.length > 0 ? platforms : [ownPlatform], ownPlatform);
  const declared = declaredArguments(
    buildArguments(syntax),
    // Another frontend may know arguments that are no ARGs.
    outlined.filter(({ name }) => !automatic.some((arg) => arg.name === name)),
  );
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
      {declared.map(({ name, default: byDefault, description }) => (
        <tr key={name}>
          <td
            className={`${styles.mono} ${styles.cut}`}
            title={description === undefined ? name : `${name}: ${description}`}
          >
            {name}
            {description !== undefined && (
              <span id={`${id}-${name}`} className={styles.description}>
                {description}
              </span>
            )}
          </td>
          <td colSpan={2}>
            <input
              type="text"
              className={`${styles.input} ${styles.mono}`}
              aria-label={name}
              aria-describedby={description === undefined ? undefined : `${id}-${name}`}
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

interface DeclaredArgument {
  name: string;
  default?: string;
  description?: string;
}

/** What the text declares, with what BuildKit knows of it: the default with its variables expanded, the description. */
function declaredArguments(local: readonly ArgDeclaration[], outlined: Outline['args']): DeclaredArgument[] {
  const names = new Set([...local, ...outlined].map(({ name }) => name));
  return [...names].map((name) => {
    const written = local.find((arg) => arg.name === name)?.default;
    const known = outlined.find((arg) => arg.name === name);
    const expanded = known?.values.map(({ value }) => value).join(', ');
    const byDefault = expanded === undefined || expanded === '' ? written : expanded;
    return {
      name,
      ...(byDefault !== undefined && { default: byDefault }),
      ...(known?.description !== undefined && { description: known.description }),
    };
  });
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
