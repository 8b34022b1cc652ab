import type { TextTable } from '../translator';

/** What page and core both say: platforms, references, filters, and the protocol between them. */
export const shared: TextTable = {
  'The base "{{0}}" is empty.': '基础镜像“{{0}}”为空。',
  '"{{0}}" is not key=value.': '“{{0}}”不是 key=value 的形式。',
  '"{{0}}" needs a duration, such as {{1}}=24h.': '“{{0}}”需要时长，例如 {{1}}=24h。',
  '"until" may be given once.': '“until”只能出现一次。',
  '"{{0}}" takes no value.': '“{{0}}”不带值。',
  'There is no filter "{{0}}".': '没有筛选条件“{{0}}”。',
  '"{{0}}" needs a value, such as {{1}}=x.': '“{{0}}”需要值，例如 {{1}}=x。',
  '"{{0}}" is not a regular expression.': '“{{0}}”不是正则表达式。',
  'Type a platform such as linux/arm64.': '请输入平台，例如 linux/arm64。',
  '"{{0}}" has a wildcard; name each platform, such as linux/arm64.':
    '“{{0}}”含有通配符；请逐个写出平台，例如 linux/arm64。',
  '"{{0}}" has too many parts; write os/architecture/variant.':
    '“{{0}}”的部分过多；请写作 os/architecture/variant。',
  '"{{0}}" is not an operating system; write one such as linux/arm64.':
    '“{{0}}”不是操作系统；请写作 linux/arm64 的形式。',
  '"{{0}}" in "{{1}}" may hold only letters, digits, "_", "." and "-"; write os/architecture/variant.':
    '“{{1}}”中的“{{0}}”只能包含字母、数字、“_”、“.”和“-”；请写作 os/architecture/variant。',
  '"{{0}}" is neither a known operating system nor a known architecture; write os/architecture, such as linux/arm64.':
    '“{{0}}”既不是已知的操作系统，也不是已知的架构；请写作 os/architecture，例如 linux/arm64。',
  'repository name must have at least one component': '仓库名称至少需要一个部分',
  'invalid repository name ({{0}}), cannot specify 64-byte hexadecimal strings':
    '仓库名称（{{0}}）无效，不能是 64 位的十六进制字符串',
  'invalid reference format: repository name ({{0}}) must be lowercase':
    '引用格式无效：仓库名称（{{0}}）必须为小写',
  'repository name must be lowercase': '仓库名称必须为小写',
  'invalid reference format': '引用格式无效',
  'repository name must not be more than {{0}} characters': '仓库名称不能超过 {{0}} 个字符',
  'unsupported digest algorithm': '不支持的摘要算法',
  'invalid checksum digest format': '校验和的摘要格式无效',
  'invalid checksum digest length': '校验和的摘要长度无效',
  'Nothing is named "{{0}}".': '没有名为“{{0}}”的内容。',
  'The other side broke the protocol: {{0}}': '对方违反了协议：{{0}}',
  'The request could not be sent: {{0}}': '无法发送请求：{{0}}',
  'The request was cancelled.': '请求已取消。',
  'Not a message: {{0}}': '不是有效的消息：{{0}}',
  'The connection was closed.': '连接已关闭。',
  'Could not take an item of "{{0}}": {{1}}': '无法接收“{{0}}”的一项内容：{{1}}',
};
