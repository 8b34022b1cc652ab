export default {
  status: {
    queued: '等待中',
    running: '运行中',
    cached: '已缓存',
    done: '完成',
    failed: '失败',
    cancelled: '已取消',
  },
};
