import { Copy, Info, Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPlatform, parsePlatform } from '../../../shared/model/platform';
import { reportDefect, studio } from '../../app/studio';
import { coreText } from '../../locales/core';
import { platformChoices, useChosenBuilder, useOwnPlatform } from '../../stores/buildersStore';
import type { PlatformChoice } from '../../stores/buildersStore';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { Badge } from '../../ui/Badge';
import { Button, IconButton } from '../../ui/Button';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { InstallEmulators } from '../builders/InstallEmulators';
import styles from './Configuration.module.css';
import { emulationCommand } from './emulation';
import { Findings } from './Findings';
import { Group } from './Group';
import { Tick } from './Tick';

/** Which platforms to build for, and how the builder can run each. */
export function Platforms() {
  const { t } = useTranslation('configuration');
  const settings = useProject((state) => state.settings);
  const builder = useChosenBuilder();
  const own = useOwnPlatform();
  const [showsAll, setShowsAll] = useState(false);
  const choices = platformChoices(builder, settings);
  const ticked = new Set(settings.platforms);
  const shown = showsAll ? choices : choices.filter((choice) => choice.usual);
  const missing = choices.filter((choice) => ticked.has(choice.platform) && choice.reason === 'unsupported');
  const unknown = unknownReason(choices);

  const setTicked = (platform: string, on: boolean): void => {
    const platforms = choices
      .map((choice) => choice.platform)
      .filter((name) => (name === platform ? on : ticked.has(name)));
    updateBuildSettings({ platforms });
  };
  const forget = (platform: string): void =>
    updateBuildSettings({
      platforms: settings.platforms.filter((name) => name !== platform),
      extraPlatforms: settings.extraPlatforms.filter((name) => name !== platform),
    });

  return (
    <Group
      title={t('platforms.title')}
      hint={
        <>
          {t('platforms.count', { ticked: ticked.size, all: choices.length })}
          {choices.some((choice) => !choice.usual) && (
            <>
              {', '}
              <Button look="link" onPress={() => setShowsAll(!showsAll)}>
                {showsAll ? t('platforms.showUsual') : t('platforms.showAll')}
              </Button>
            </>
          )}
        </>
      }
    >
      {shown.map((choice) => (
        <PlatformRow
          key={choice.platform}
          choice={choice}
          checked={ticked.has(choice.platform)}
          onChange={(on) => setTicked(choice.platform, on)}
          {...(settings.extraPlatforms.includes(choice.platform)
            ? { onForget: () => forget(choice.platform) }
            : {})}
        />
      ))}
      <AddPlatform />
      {unknown !== undefined && (
        <div className={styles.note}>
          <Info size={14} strokeWidth={1.5} aria-hidden="true" />
          <div>{t(`platforms.unknown.${unknown}`)}</div>
        </div>
      )}
      {ticked.size === 0 && (
        <div className={styles.note}>
          <Info size={14} strokeWidth={1.5} aria-hidden="true" />
          <div>{t('platforms.nothingTicked', { platform: own === undefined ? '' : ` (${own})` })}</div>
        </div>
      )}
      {missing.length > 0 && <Remedy platforms={missing.map((choice) => choice.platform)} />}
      {missing.length > 0 ? <Findings field="platforms" only="error" /> : <Findings field="platforms" />}
    </Group>
  );
}

type UnknownReason = Exclude<NonNullable<PlatformChoice['reason']>, 'unsupported'>;

/** What keeps the builder from telling anything; undefined when it tells of one platform at least. */
function unknownReason(choices: readonly PlatformChoice[]): UnknownReason | undefined {
  const unknown = choices.flatMap(({ reason }) =>
    reason === undefined || reason === 'unsupported' ? [] : [reason],
  );
  return unknown.length === choices.length ? unknown[0] : undefined;
}

function PlatformRow({
  choice: { platform, state, node, reason, unreachable },
  checked,
  onChange,
  onForget,
}: {
  choice: PlatformChoice;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Takes a typed platform out of the list. */
  onForget?: () => void;
}) {
  const { t } = useTranslation('configuration');
  const descriptionId = useId();
  const why = reason === undefined ? '' : t(`platforms.reason.${reason}`, { platform, node });
  const can =
    state === 'unavailable' ? t('platforms.unavailable', { why }) : t(`platforms.${state}On`, { node });
  const passedOver = unreachable.map((other) => t('platforms.passedOver', { node: other }));
  const description = [can, ...passedOver].join('; ');
  return (
    <div
      className={`${styles.platform} ${checked ? '' : styles.off}`}
      title={[why, ...passedOver].filter(Boolean).join('; ')}
    >
      <Tick checked={checked} onChange={onChange} describedBy={descriptionId}>
        <PlatformGlyph platform={platform} />
        {platform}
      </Tick>
      <span className={styles.node} aria-hidden="true">
        {node}
      </span>
      <span className={styles.cellActions}>
        <span aria-hidden="true">
          {state === 'native' && <Badge>{t('platforms.native')}</Badge>}
          {state === 'emulated' && <Badge look="emulated">QEMU</Badge>}
          {reason === 'unsupported' && (
            <Badge look={checked ? 'warning' : 'line'}>{t('platforms.cannotRun')}</Badge>
          )}
        </span>
        {onForget !== undefined && (
          <IconButton
            label={t('platforms.forget', { platform })}
            size="sm"
            icon={<X size={14} strokeWidth={1.5} />}
            onPress={onForget}
          />
        )}
      </span>
      <span id={descriptionId} className={styles.hidden}>
        {description}
      </span>
    </div>
  );
}

/** Takes a platform that is not in the list; it is ticked at once. */
function AddPlatform() {
  const { t } = useTranslation('configuration');
  const settings = useProject((state) => state.settings);
  const builder = useChosenBuilder();
  const known = new Set(platformChoices(builder, settings).map((choice) => choice.platform));
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const problemId = useId();

  const add = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = parsePlatform(text);
    if (!parsed.ok) return setProblem(coreText(parsed.error.message));
    const platform = formatPlatform(parsed.value);
    const { platforms, extraPlatforms } = settings;
    updateBuildSettings({
      platforms: [...new Set([...platforms, platform])],
      extraPlatforms: known.has(platform) ? extraPlatforms : [...extraPlatforms, platform],
    });
    setText('');
  };

  return (
    <>
      <form className={styles.add} onSubmit={add}>
        <input
          type="text"
          className={styles.input}
          aria-label={t('platforms.add')}
          placeholder={t('platforms.addPlaceholder')}
          aria-invalid={problem !== undefined}
          aria-describedby={problemId}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
          }}
        />
        <IconButton
          type="submit"
          size="sm"
          label={t('platforms.addTyped')}
          icon={<Plus size={14} strokeWidth={1.5} />}
          isDisabled={text.trim() === ''}
        />
      </form>
      <div id={problemId} role="status" className={styles.errorText}>
        {problem}
      </div>
    </>
  );
}

/** How to make the builder run platforms that it can't run now. */
function Remedy({ platforms }: { platforms: readonly string[] }) {
  const { t } = useTranslation('configuration');
  const builder = useChosenBuilder();
  const [installing, setInstalling] = useState(false);
  const command = emulationCommand(platforms);
  const node = builder?.nodes.find((one) => one.canInstallEmulation && one.status === 'running');
  if (builder !== undefined && node !== undefined && command !== undefined) {
    return (
      <div className={`${styles.note} ${styles.warning}`}>
        <Info size={14} strokeWidth={1.5} aria-hidden="true" />
        <div>
          {t('platforms.remedy', { platforms: platforms.join(', ') })}{' '}
          <Button look="link" onPress={() => setInstalling(true)}>
            {t('platforms.remedyInstall')}
          </Button>
        </div>
        {installing && (
          <InstallEmulators
            builder={builder}
            node={node}
            preset={platforms}
            onClose={() => setInstalling(false)}
          />
        )}
      </div>
    );
  }
  return (
    <div className={`${styles.note} ${styles.warning}`}>
      <Info size={14} strokeWidth={1.5} aria-hidden="true" />
      <div>
        {t('platforms.remedy', { platforms: platforms.join(', ') })}{' '}
        {command === undefined ? (
          t('platforms.remedyNode')
        ) : (
          <>
            {t('platforms.remedyEmulation')}
            <code className={styles.code}>{command}</code>
            <Button
              look="link"
              icon={<Copy size={12} strokeWidth={1.5} aria-hidden="true" />}
              onPress={() => void studio().call('clipboard.write', { text: command }).catch(reportDefect)}
            >
              {t('platforms.copyRemedy')}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
