import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageRun, StudioErrorData } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';
import { coreText } from '../../../locales/core';
import type { ReadyImage } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Select } from '../../../ui/Select';
import { TextField } from '../../../ui/TextField';
import styles from './Actions.module.css';
import { platformsOf } from './PlatformChoice';
import { RunOutput } from './runOutput';
import { splitCommand } from './splitCommand';

type Run =
  | { status: 'idle' }
  | { status: 'running'; activity: string | undefined }
  | { status: 'exited'; exitCode: number }
  | { status: 'stopped' }
  | { status: 'failed'; error: StudioErrorData };

/** Runs a platform of the image once in the engine, and shows what it prints. Closing stops it. */
export function RunImage({
  image,
  platform: first,
  onClose,
}: {
  image: ReadyImage;
  platform: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation(['images', 'app']);
  const platforms = platformsOf(image.document.root);
  const [platform, setPlatform] = useState(first ?? platforms[0]);
  const [command, setCommand] = useState('');
  const { run, output, start, stop } = useRun();
  const words = splitCommand(command);
  const isRunning = run.status === 'running';
  const begin = (): void => {
    if (!words.ok) return;
    start({
      source: image.source,
      command: words.value,
      ...(platform === undefined ? {} : { platform }),
      ...(image.source.kind === 'engine' && image.source.context !== undefined
        ? { context: image.source.context }
        : {}),
    });
  };
  return (
    <Dialog
      title={t('runTitle', { name: image.document.name })}
      look="wide"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.close', { ns: 'app' })}</Button>
          {isRunning ? (
            <Button look="danger" onPress={stop}>
              {t('stop')}
            </Button>
          ) : (
            <Button look="primary" isDisabled={!words.ok} onPress={begin}>
              {t(run.status === 'idle' ? 'runNow' : 'runAgain')}
            </Button>
          )}
        </>
      }
    >
      <p className={styles.quiet}>{t('runHint')}</p>
      {platforms.length > 0 && (
        <Select
          label={t('platform')}
          value={platform}
          onChange={setPlatform}
          isDisabled={isRunning}
          options={platforms.map((one) => ({ id: one, label: one }))}
        />
      )}
      <TextField
        label={t('runCommand')}
        mono
        value={command}
        onChange={setCommand}
        isReadOnly={isRunning}
        autoFocus
        description={t('runCommandHint')}
        error={words.ok ? undefined : t('openQuote')}
        {...(isRunning ? {} : { onSubmit: begin })}
      />
      {run.status === 'failed' ? (
        <ErrorNote error={run.error} onRetry={begin} />
      ) : (
        <p role="status" className={styles.runState}>
          {run.status === 'running' && (run.activity === undefined ? t('running') : coreText(run.activity))}
          {run.status === 'exited' && t('exited', { code: run.exitCode })}
          {run.status === 'stopped' && t('stopped')}
        </p>
      )}
      {run.status !== 'idle' && !(run.status === 'failed' && output.text === '') && (
        <Output text={output.text} dropped={output.dropped} />
      )}
    </Dialog>
  );
}

function Output({ text, dropped }: { text: string; dropped: number }) {
  const { t } = useTranslation('images');
  const pane = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const { current } = pane;
    if (current !== null && atEnd.current) current.scrollTop = current.scrollHeight;
  }, [text]);
  return (
    <>
      {dropped > 0 && <p className={styles.quiet}>{t('linesDropped', { count: dropped })}</p>}
      {/* Scrolls by keys. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex */}
      <section aria-label={t('runOutput')} className={styles.output}>
        <pre
          ref={pane}
          tabIndex={0}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            atEnd.current = scrollTop + clientHeight >= scrollHeight - 20;
          }}
        >
          {text === '' ? t('noOutput') : text}
        </pre>
      </section>
      {/* eslint-enable jsx-a11y/no-noninteractive-tabindex */}
    </>
  );
}

/** One container at a time; it ends with the component. What it prints is shown once a frame. */
function useRun() {
  const [run, setRun] = useState<Run>({ status: 'idle' });
  const [output, setOutput] = useState({ text: '', dropped: 0 });
  const unsubscribe = useRef<() => void>(undefined);
  useEffect(() => () => unsubscribe.current?.(), []);
  const start = (params: ImageRun): void => {
    unsubscribe.current?.();
    const kept = new RunOutput();
    setOutput({ text: '', dropped: 0 });
    setRun({ status: 'running', activity: undefined });
    let isWaiting = false;
    const show = (): void => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        setOutput({ text: kept.text(), dropped: kept.dropped });
      });
    };
    unsubscribe.current = studio().subscribe('images.run', params, {
      onItem: (item) => {
        if (item.type === 'activity') setRun({ status: 'running', activity: item.text });
        else if (item.type === 'exited') setRun({ status: 'exited', exitCode: item.exitCode });
        else {
          kept.add(item.stream, item.bytes);
          setRun((before) =>
            before.status === 'running' ? { status: 'running', activity: undefined } : before,
          );
          show();
        }
      },
      onError: (error) => setRun({ status: 'failed', error: errorData(error) }),
    });
  };
  const stop = (): void => {
    unsubscribe.current?.();
    unsubscribe.current = undefined;
    setRun({ status: 'stopped' });
  };
  return { run, output, start, stop };
}
