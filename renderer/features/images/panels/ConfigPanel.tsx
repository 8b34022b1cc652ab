import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ImageConfig } from '../../../../shared/contract';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { Fact, Facts, Group } from '../Facts';
import { imageOfPart } from '../imageParts';
import styles from '../ImagesView.module.css';
import { PairTable } from '../PairTable';
import { nanosecondsText, timeText } from '../timeText';
import type { Panel, PanelProps } from './panel';

export const configPanel: Panel = {
  id: 'config',
  titleKey: 'tab.config',
  appliesTo: (part, image) => imageOfPart(image.document.root, part)?.image !== undefined,
  Component: Config,
};

/** How containers of the image are started. */
function Config({ image, part }: PanelProps) {
  const { t, i18n } = useTranslation('images');
  const owner = imageOfPart(image.document.root, part);
  const config = owner?.image;
  if (owner === undefined || config === undefined) return null;
  const isBare = isEmpty(config);
  return (
    <>
      <Group
        title={t('starts')}
        {...(owner.platform === undefined ? {} : { hint: <PlatformLabel platform={owner.platform} /> })}
      >
        {isBare && <p className={styles.quiet}>{t('configEmpty')}</p>}
        <Facts>
          <Fact name={t('entrypoint')} isCode>
            {wordsText(config.entrypoint)}
          </Fact>
          <Fact name={t('command')} isCode>
            {wordsText(config.command)}
          </Fact>
          <Fact name={t('shell')} isCode>
            {wordsText(config.shell)}
          </Fact>
          <Fact name={t('user')} isCode>
            {config.user}
          </Fact>
          <Fact name={t('workingDir')} isCode>
            {config.workingDir}
          </Fact>
          <Fact name={t('ports')} isCode>
            {config.exposedPorts.join('\n')}
          </Fact>
          <Fact name={t('volumes')} isCode>
            {config.volumes.join('\n')}
          </Fact>
          <Fact name={t('stopSignal')} isCode>
            {config.stopSignal}
          </Fact>
          {config.healthCheck !== undefined && (
            <Fact name={t('health')}>{healthText(config.healthCheck, t)}</Fact>
          )}
          <Fact name={t('onBuild')} isCode>
            {config.onBuild.join('\n')}
          </Fact>
          <Fact name={t('created')}>{timeText(config.created, i18n.language)}</Fact>
          <Fact name={t('author')}>{config.author}</Fact>
        </Facts>
      </Group>
      {config.env.length > 0 && (
        <Group title={t('environment')} hint={config.env.length}>
          <PairTable label={t('environment')} pairs={config.env.map(splitVariable)} />
        </Group>
      )}
      {Object.keys(config.labels).length > 0 && (
        <Group title={t('labels')} hint={Object.keys(config.labels).length}>
          <PairTable label={t('labels')} pairs={Object.entries(config.labels)} />
        </Group>
      )}
    </>
  );
}

function isEmpty({
  history: _history,
  diffIds: _layers,
  platform: _platform,
  ...config
}: ImageConfig): boolean {
  return Object.values(config).every(
    (value) =>
      value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0),
  );
}

/** As a Dockerfile has it in its exec form, so that one word with a space reads differently from two. */
function wordsText(words: string[] | undefined): string | undefined {
  return words === undefined || words.length === 0 ? undefined : JSON.stringify(words);
}

function splitVariable(variable: string): [string, string] {
  const at = variable.indexOf('=');
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)];
}

/** What is run, how often, and when it counts as failed (image-spec leaves the defaults to the engine: Docker's). */
function healthText(health: NonNullable<ImageConfig['healthCheck']>, t: TFunction<'images'>): string {
  const [kind, ...words] = health.test;
  if (kind === 'NONE') return t('healthNone');
  if (kind === undefined) return t('healthInherited');
  const command = kind === 'CMD-SHELL' || kind === 'CMD' ? words.join(' ') : health.test.join(' ');
  const told = (value: number | undefined): value is number => value !== undefined && value > 0;
  return [
    t('healthRuns', { command }),
    told(health.interval) && t('healthEvery', { time: nanosecondsText(health.interval) }),
    told(health.timeout) && t('healthTimeout', { time: nanosecondsText(health.timeout) }),
    told(health.startPeriod) && t('healthStart', { time: nanosecondsText(health.startPeriod) }),
    told(health.startInterval) && t('healthStartInterval', { time: nanosecondsText(health.startInterval) }),
    told(health.retries) && t('healthRetries', { count: health.retries }),
  ]
    .filter((text) => text !== false)
    .join(', ');
}
