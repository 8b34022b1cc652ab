import { useEffect, useState } from 'react';
import type { PreflightFinding, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { useChosenBuilder } from '../../stores/buildersStore';
import { currentBuildRequest } from '../../stores/buildsStore';
import { useProject } from '../../stores/projectStore';
import { useSettledText } from '../../stores/useSettledText';

export interface Preflight {
  findings: readonly PreflightFinding[];
  /** Why nothing can be said. */
  error?: StudioErrorData;
}

const nothingFound: Preflight = { findings: [] };
const delayMs = 300;

/** What would keep the next build from succeeding, looked up anew shortly after anything changed. */
export function usePreflight(): Preflight {
  const project = useProject((state) => state.project);
  const dockerfile = useProject((state) => state.dockerfile);
  const text = useSettledText();
  const settings = useProject((state) => state.settings);
  const builder = useChosenBuilder();
  const [preflight, setPreflight] = useState(nothingFound);

  useEffect(() => {
    const abort = new AbortController();
    const look = async (): Promise<void> => {
      const request = currentBuildRequest();
      if (request === undefined) return setPreflight(nothingFound);
      try {
        const findings = await studio().call('builds.preflight', request, { signal: abort.signal });
        if (!abort.signal.aborted) setPreflight({ findings });
      } catch (error) {
        if (!abort.signal.aborted) setPreflight({ findings: [], error: errorData(error) });
      }
    };
    const timer = setTimeout(() => void look(), delayMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [project, dockerfile, text, settings, builder]);

  return preflight;
}
