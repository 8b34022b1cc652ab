import { FileCode, Save } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblems } from '../../stores/problemsStore';
import { saveDockerfile, useProject } from '../../stores/projectStore';
import { useUi } from '../../stores/uiStore';
import { IconButton } from '../../ui/Button';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { resolvedGraphs, stepsOfStages } from '../dockerfile/resolvedStages';
import { syntaxOf } from '../dockerfile/syntax';
import { useBuildMarks, useShownRequestOfOpenFile } from '../dockerfile/useBuildMarks';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import { ProblemList } from '../problems/ProblemList';
import { useFollowProblems } from '../problems/useFollowProblems';
import { ChangedOnDisk } from './ChangedOnDisk';
import styles from './Editor.module.css';
import { lineMarks } from './lineMarks';
import type { LineMark } from './lineMarks';

// Monaco is most of the page's code; the window stands before it is there.
const MonacoEditor = lazy(() => import('./MonacoEditor'));

/** The open Dockerfile: what it is called, its text, and what is wrong with it. */
export function DockerfileEditor() {
  const { t } = useTranslation('editor');
  const dockerfile = useProject((state) => state.dockerfile);
  useFollowProblems();
  const build = useBuildMarks();
  const marks = useLineMarks(build);
  return (
    <section aria-label={t('region')} className={styles.region}>
      <Header {...(build === undefined ? {} : { platforms: build.platforms })} />
      <ChangedOnDisk />
      {dockerfile === undefined ? (
        <p className={styles.note}>{t('noDockerfile')}</p>
      ) : (
        <Suspense fallback={<p className={styles.note}>{t('loading')}</p>}>
          <MonacoEditor marks={marks} />
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

const noMarks: ReadonlyMap<number, LineMark> = new Map();

function useLineMarks(build: BuildMarks | undefined): ReadonlyMap<number, LineMark> {
  const request = useShownRequestOfOpenFile();
  return useMemo(() => {
    if (build === undefined || request === undefined) return noMarks;
    const syntax = syntaxOf(request.dockerfileText);
    const steps = stepsOfStages(syntax, resolvedGraphs(syntax, request.settings, undefined)[0]);
    return lineMarks(steps, build);
  }, [build, request]);
}
