import { useEffect, useState } from 'react';
import type { StudioErrorData } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';
import { repositoryOfTag } from './typedSource';

const settleMs = 300;

export interface Tags {
  repository: string;
  /** Undefined while they are read, or when they can't be. */
  tags?: string[];
  error?: StudioErrorData;
}

/** The tags of the repository that is typed, asked for once a colon stands behind it and the typing rests. */
export function useTags(typed: string, isAsked: boolean): Tags | undefined {
  const repository = isAsked ? repositoryOfTag(typed)?.repository : undefined;
  const [tags, setTags] = useState<Tags>();
  useEffect(() => {
    if (repository === undefined) return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      setTags({ repository });
      studio()
        .call('images.tags', { reference: repository }, { signal: asking.signal })
        .then(
          (answer) => setTags({ repository, tags: answer.tags }),
          (error: unknown) => {
            if (!asking.signal.aborted) setTags({ repository, error: errorData(error) });
          },
        );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [repository]);
  return tags?.repository === repository ? tags : undefined;
}
