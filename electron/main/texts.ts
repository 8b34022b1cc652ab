const en = {
  file: 'File',
  openProject: 'Open Project…',
  save: 'Save',
  quit: 'Quit',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  build: 'Build',
  startBuild: 'Build',
  cancelBuild: 'Cancel Build',
  view: 'View',
  palette: 'Command Palette…',
  toggleDevTools: 'Developer Tools',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  zoomReset: 'Actual Size',
  fullScreen: 'Full Screen',
  closeTitle: 'A build is still running',
  closeDetail: 'Closing Manifold cancels it in the builder. Its log so far is kept.',
  closeConfirm: 'Cancel Build and Close',
  closeStay: 'Keep Open',
};

const zhCN: typeof en = {
  file: '文件',
  openProject: '打开项目…',
  save: '保存',
  quit: '退出',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  build: '构建',
  startBuild: '开始构建',
  cancelBuild: '取消构建',
  view: '视图',
  palette: '命令面板…',
  toggleDevTools: '开发者工具',
  zoomIn: '放大',
  zoomOut: '缩小',
  zoomReset: '实际大小',
  fullScreen: '全屏',
  closeTitle: '仍有构建正在运行',
  closeDetail: '关闭 Manifold 会在构建器中取消该构建，已有的日志会保留。',
  closeConfirm: '取消构建并关闭',
  closeStay: '保持打开',
};

export type Texts = typeof en;

/** The few texts that the operating system shows for us: menus, native dialogs and notifications. */
export function textsFor(language: string): Texts {
  return language.toLowerCase().startsWith('zh') ? zhCN : en;
}
