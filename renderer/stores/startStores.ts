import { followBuilders } from './buildersStore';
import { followBuilds } from './buildsStore';
import { followChecks } from './checksStore';
import { followLog } from './logStore';
import { followProgress } from './progressStore';
import { followProposedOutput } from './proposedOutput';
import { followRecentProjects } from './recentProjectsStore';

/**
 * Connects the stores to the core, which has to be set.
 *
 * @returns disconnects them
 */
export function startStores(): () => void {
  const stops = [
    followBuilders(),
    followProposedOutput(),
    followRecentProjects(),
    followBuilds(),
    followProgress(),
    followLog(),
    followChecks(),
  ];
  return () => stops.forEach((stop) => stop());
}
