import type { TextTable } from '../translator';

/** Manifold’s own daemon. */
export const localDaemon: TextTable = {
  'This process can’t be found in /proc.': '在 /proc 中找不到此进程。',
  'No buildkitd was found on this machine.': '本机上没有找到 buildkitd。',
  'Run Manifold’s set-up again, install BuildKit so that buildkitd is on PATH, or point MANIFOLD_BUILDKITD at it.':
    '请重新运行 Manifold 的安装程序，或安装 BuildKit 并使 buildkitd 位于 PATH 中，或用 MANIFOLD_BUILDKITD 指定其位置。',
  'runc is missing; BuildKit runs the steps of a build with it.': '缺少 runc；BuildKit 用它运行构建的步骤。',
  'Install it, on Debian and Ubuntu with: sudo apt install runc':
    '请安装它，在 Debian 和 Ubuntu 上运行：sudo apt install runc',
  'buildkitd needs root, or rootlesskit to do without it; neither is there.':
    'buildkitd 需要 root 权限，或用 rootlesskit 在无 root 权限下运行；两者都不具备。',
  'Install it, on Debian and Ubuntu with: sudo apt install rootlesskit uidmap slirp4netns. Or use a builder of kind “remote”.':
    '请安装它，在 Debian 和 Ubuntu 上运行：sudo apt install rootlesskit uidmap slirp4netns。也可以改用“remote”类型的构建器。',
  'MANIFOLD_BUILDKITD names {{0}}, which is no program that can be run.':
    'MANIFOLD_BUILDKITD 指向 {{0}}，它不是可以运行的程序。',
  'Correct the variable, or unset it so that Manifold looks for buildkitd itself.':
    '请更正该变量，或取消设置，让 Manifold 自行查找 buildkitd。',
  '{{0}} belongs to somebody else or is open to others, so the daemon’s socket can’t be put there.':
    '{{0}} 属于其他用户，或对其他用户开放，因此不能存放守护进程的套接字。',
  'Remove {{0}}, or start Manifold with a shorter --user-data-dir.':
    '请移除 {{0}}，或用较短的 --user-data-dir 启动 Manifold。',
  'Starting BuildKit': '正在启动 BuildKit',
  'Waiting for another Manifold that starts BuildKit': '正在等待另一个 Manifold 启动 BuildKit',
  '{{0}} can’t be run.': '无法运行 {{0}}。',
  'Check that the file is a program for this machine and may be executed.':
    '请确认该文件是适用于本机的程序，且有执行权限。',
  'buildkitd did not answer within {{0}} seconds.': 'buildkitd 在 {{0}} 秒内没有响应。',
  'Its log is {{0}}.': '其日志位于 {{0}}。',
  'buildkitd did not find runc.': 'buildkitd 没有找到 runc。',
  'Another buildkitd already uses this builder’s folder.': '另一个 buildkitd 已在使用此构建器的文件夹。',
  'Stop the other buildkitd, or start Manifold with another --user-data-dir.':
    '请停止另一个 buildkitd，或用其他的 --user-data-dir 启动 Manifold。',
  'buildkitd could not start because the disk is full.': '磁盘已满，buildkitd 无法启动。',
  'Free some space and start it again.': '请释放一些空间后重新启动。',
  'rootlesskit can’t give buildkitd a range of user ids.': 'rootlesskit 无法为 buildkitd 分配用户 ID 范围。',
  'Install uidmap and give your user a range in /etc/subuid and /etc/subgid.':
    '请安装 uidmap，并在 /etc/subuid 和 /etc/subgid 中为您的用户分配范围。',
  'buildkitd lacks a permission that it needs.': 'buildkitd 缺少所需的权限。',
  'Run it as root or with rootlesskit, or use a builder of kind “remote”.':
    '请以 root 身份或用 rootlesskit 运行它，或改用“remote”类型的构建器。',
  'buildkitd does not understand its configuration.': 'buildkitd 无法理解其配置。',
  'Correct the builder’s buildkitd.toml.': '请更正构建器的 buildkitd.toml。',
  'buildkitd ended right after its start': 'buildkitd 启动后立即退出',
  'buildkitd ended right after its start: {{0}}': 'buildkitd 启动后立即退出：{{0}}',
  'Its whole log is {{0}}.': '完整日志位于 {{0}}。',
};
