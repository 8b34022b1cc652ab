import i18next from 'i18next';
import { FileCode, Save } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblems } from '../../stores/problemsStore';
import { saveDockerfile, useProject } from '../../stores/projectStore';
import { useUi } from '../../stores/uiStore';
import { IconButton } from '../../ui/Button';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { useBuildMarks } from '../dockerfile/useBuildMarks';
import { ProblemList } from '../problems/ProblemList';
import { useFollowProblems } from '../problems/useFollowProblems';
import { ChangedOnDisk, useIsOutOfStep } from './ChangedOnDisk';
import styles from './Editor.module.css';
import { lineMarks } from './lineMarks';
import type { LineMark } from './lineMarks';

// Monaco is most of the page's code; the window stands before it is there.
const MonacoEditor = lazy(async () => {
  // Monaco reads its texts when it is loaded; another language takes effect at the next start.
  if (i18next.language === 'zh-CN') await import('monaco-editor/nls/lang/zh-cn');
  return import('./MonacoEditor');
});

const noMarks: ReadonlyMap<number, LineMark> = new Map();

/** The open Dockerfile: what it is called, its text, and what is wrong with it. */
export function DockerfileEditor() {
  const { t } = useTranslation('editor');
  const dockerfile = useProject((state) => state.dockerfile);
  useFollowProblems();
  const build = useBuildMarks();
  const marks = useMemo(() => (build === undefined ? noMarks : lineMarks(build)), [build]);
  const outOfStep = useIsOutOfStep();
  const [wantsCompare, setComparing] = useState(false);
  // A file that is in step again has nothing to compare, and the next time it asks anew.
  if (wantsCompare && !outOfStep) setComparing(false);
  const comparing = wantsCompare && outOfStep;
  return (
    <section aria-label={t('region')} className={styles.region}>
      <Header {...(build === undefined ? {} : { platforms: build.platforms })} />
      <ChangedOnDisk comparing={comparing} onCompare={setComparing} />
      {dockerfile === undefined ? (
        <p className={styles.note}>{t('noDockerfile')}</p>
      ) : (
        <Suspense fallback={<p className={styles.note}>{t('loading')}</p>}>
          <MonacoEditor marks={marks} comparing={comparing} />
        </Suspense>
      )}
      <ProblemFooter />
    </section>
  );
}

function Header({ platforms }: { platforms?: readonly string[] }) {
  const { t } = useTranslation('editor');
  const dockerfile = useProject((state) => state.dockerfile);
  const lineCount = useProject((state) => countLines(state.text));
  const dirty = useProject((state) => state.dirty);
  return (
    <header className={styles.head}>
      <FileCode size={14} strokeWidth={1.5} className={styles.headIcon} aria-hidden="true" />
      <h2 className={styles.name} title={dockerfile}>
        {dockerfile}
      </h2>
      {dirty && <span role="img" aria-label={t('unsaved')} title={t('unsaved')} className={styles.dirty} />}
      <span className={styles.dim}>{t('lines', { count: lineCount })}</span>
      <span className={styles.end} />
      {platforms !== undefined && (
        <span className={styles.legend}>
          {platforms.map((platform) => (
            <PlatformGlyph key={platform} platform={platform} />
          ))}
          <span className={styles.legendText}>{t('statusPerPlatform')}</span>
        </span>
      )}
      {dirty && (
        <IconButton
          label={t('save')}
          size="sm"
          icon={<Save size={14} strokeWidth={1.5} />}
          onPress={() => void saveDockerfile()}
        />
      )}
    </header>
  );
}

/** The lines that an editor shows: a line end at the end of the file starts no line of its own for people. */
function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** The problems right under the text, unless the panel below lists them already. */
function ProblemFooter() {
  const problems = useProblems((state) => state.problems);
  const isListedBelow = useUi((state) => state.panel === 'problems' && state.runOpen);
  if (problems.length === 0 || isListedBelow) return null;
  return (
    <footer className={styles.problems}>
      <ProblemList problems={problems} />
    </footer>
  );
}
