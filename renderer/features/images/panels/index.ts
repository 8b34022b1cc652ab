import { comparePanel } from './ComparePanel';
import { configPanel } from './ConfigPanel';
import { historyPanel } from './HistoryPanel';
import type { Panel } from './panel';
import { provenancePanel } from './ProvenancePanel';
import { rawPanel } from './RawPanel';
import { referrersPanel } from './ReferrersPanel';
import { sbomPanel } from './SbomPanel';
import { summaryPanel } from './SummaryPanel';

/** The tabs of the middle, in order. */
export const centrePanels: readonly Panel[] = [
  comparePanel,
  historyPanel,
  sbomPanel,
  provenancePanel,
  referrersPanel,
];

/** The tabs of the region "Details", in order. */
export const detailPanels: readonly Panel[] = [summaryPanel, configPanel, historyPanel, rawPanel];
