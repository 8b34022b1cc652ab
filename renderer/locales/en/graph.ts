export default {
  status: {
    queued: 'waiting',
    running: 'running',
    cached: 'cached',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  },
};
