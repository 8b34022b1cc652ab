import type { TextTable } from '../translator';

/** Findings in a buildkitd.toml. */
export const daemonConfig: TextTable = {
  ' Did you mean "{{0}}", in quotes?': '是否应为带引号的“{{0}}”？',
  ' Did you mean {{0}}?': '是否应为 {{0}}？',
  'BuildKit knows no {{0}} and passes it over.{{1}}': 'BuildKit 不认识 {{0}}，会将其忽略。{{1}}',
  'There is no entitlement {{0}}.': '没有名为 {{0}} 的特权。',
  '{{0}} has to be a table.': '{{0}} 必须是表。',
  '{{0}} has to be a list of tables, written [[…]].': '{{0}} 必须是表的列表，写作 [[…]]。',
  '{{0}} has to be a list.': '{{0}} 必须是列表。',
  '{{0}} has to be true or false.': '{{0}} 必须是 true 或 false。',
  '{{0}} has to be a whole number.': '{{0}} 必须是整数。',
  '{{0}} has to be a duration such as "48h", or a number of seconds.':
    '{{0}} 必须是时长（例如 "48h"）或秒数。',
  '{{0}} has to be a size such as "512MB", a share of the disk such as "10%", or a number of bytes.':
    '{{0}} 必须是大小（例如 "512MB"）、磁盘占比（例如 "10%"）或字节数。',
  '{{0}} has to be a text in quotes.': '{{0}} 必须是带引号的文本。',
  '{{0}} has to be one of {{1}}.': '{{0}} 必须是下列之一：{{1}}。',
  ' and log.level is set too': '，而且还设置了 log.level',
  '{{0}} is out of date{{1}}. Set log.level = "{{2}}".': '{{0}} 已过时{{1}}。请设置 log.level = "{{2}}"。',
  'No worker is left: buildkitd does not start without one.':
    '没有剩下任何工作器：buildkitd 没有工作器就无法启动。',
  'noProcessSandbox works with rootless = true only.': 'noProcessSandbox 只能与 rootless = true 一起使用。',
  'The bridge makes its own CNI configuration.': '网桥会自行生成 CNI 配置。',
  'A certificate and its key belong together: {{0}} is missing.': '证书与其密钥须成对出现：缺少 {{0}}。',
  'A CA checks clients of a TLS server: cert and key are missing.':
    'CA 用于验证 TLS 服务器的客户端：缺少 cert 和 key。',
  'A registry is named by host and port, without https:// or http://.':
    '镜像仓库以主机和端口命名，不带 https:// 或 http://。',
  'insecure is for HTTPS: with http = true, leave it out.':
    'insecure 只用于 HTTPS：已设置 http = true，请将其去掉。',
  'A key pair has both key and cert.': '密钥对须同时有 key 和 cert。',
  '{{0}} count instead': '将改用 {{0}}',
  'set reservedSpace instead': '请改为设置 reservedSpace',
  'gckeepstorage is out of date: {{0}}.': 'gckeepstorage 已过时：{{0}}。',
  'gc = false: nothing is ever cleared, and the limits don’t count.':
    'gc = false：不会清理任何内容，这些限制不起作用。',
  'gc = false: nothing is ever cleared, and no rule counts.':
    'gc = false：不会清理任何内容，所有规则都不起作用。',
  '{{0}}: not used, because rules of your own (gcpolicy) take the place of BuildKit’s.':
    '{{0}} 未被使用：自定义规则（gcpolicy）取代了 BuildKit 的规则。',
  'reservedSpace counts instead': '将改用 reservedSpace',
  'keepBytes is out of date: {{0}}.': 'keepBytes 已过时：{{0}}。',
  'reservedSpace is above maxUsedSpace, which never counts then.':
    'reservedSpace 大于 maxUsedSpace，后者因此永远不起作用。',
  'BuildKit knows no {{0}} in {{1}} and passes it over.{{2}}':
    'BuildKit 不认识 {{1}} 中的 {{0}}，会将其忽略。{{2}}',
};
