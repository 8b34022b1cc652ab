import { startTransition, useEffect, useRef, useState } from 'react';
import { reportDefect } from '../../app/studio';
import { useOwnPlatform } from '../../stores/buildersStore';
import { useProject } from '../../stores/projectStore';
import GraphWorker from './graph.worker?worker';
import { graphFeed } from './graphFeed';
import type { GraphFeed } from './graphFeed';
import type { Graph, GraphRequest } from './graphSession';

/** How the graph is looked at, beside what it is made from. */
type GraphLook = Pick<GraphRequest, 'steps' | 'turned' | 'tidied'>;

/** The graph of the text on screen, as the worker has made it last; undefined until the first one is there. */
export function useGraph({ steps, turned, tidied }: GraphLook): Graph | undefined {
  const project = useProject((state) => state.project?.path);
  const dockerfile = useProject((state) => state.dockerfile);
  const text = useProject((state) => state.text);
  const platforms = useProject((state) => state.settings.platforms);
  const buildArgs = useProject((state) => state.settings.buildArgs);
  const buildContexts = useProject((state) => state.settings.buildContexts);
  const target = useProject((state) => state.settings.target);
  const ownPlatform = useOwnPlatform();
  const [graph, setGraph] = useState<Graph>();
  const feed = useRef<GraphFeed>(undefined);

  useEffect(() => {
    const show = (made: Graph): void => {
      showTimes(made.took);
      // What is typed next goes before drawing this.
      startTransition(() => setGraph(made));
    };
    const started = graphFeed(() => new GraphWorker(), show, reportDefect);
    feed.current = started;
    return () => started.close();
  }, []);
  useEffect(() => {
    feed.current?.ask({
      file: `${project}\n${dockerfile}`,
      text,
      settings: { platforms, buildArgs, buildContexts, target },
      ownPlatform,
      steps,
      turned,
      tidied,
    });
  }, [
    project,
    dockerfile,
    text,
    platforms,
    buildArgs,
    buildContexts,
    target,
    ownPlatform,
    steps,
    turned,
    tidied,
  ]);
  return graph;
}

/** Puts what the last graph cost beside the page's other measures, for the developer tools and the tests of speed. */
function showTimes({ parse, layout }: Graph['took']): void {
  const end = performance.now();
  for (const [name, duration] of [
    ['graph.parse', parse],
    ['graph.layout', layout],
  ] as const) {
    performance.clearMeasures(name);
    performance.measure(name, { end, duration });
  }
}
