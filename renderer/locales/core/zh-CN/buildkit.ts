import type { TextTable } from '../translator';

/** The BuildKit client: connection, session, transfer of files. */
export const buildkit: TextTable = {
  'it did not answer within {{0}} ms.': '{{0}} 毫秒内没有响应。',
  'The BuildKit daemon closed the connection. Check that the builder is running, then try again.':
    'BuildKit 守护进程关闭了连接。请确认构建器正在运行，然后重试。',
  "Can't connect to the BuildKit daemon: {{0}}": '无法连接 BuildKit 守护进程：{{0}}',
  'The call to the BuildKit daemon was cancelled.': '对 BuildKit 守护进程的调用已取消。',
  'The ignore file is too long: its patterns exceed the 144 KiB that fit into one request. Shorten it.':
    '忽略文件过长：其模式超出了一个请求所能容纳的 144 KiB。请缩短它。',
  'The session with the BuildKit daemon broke: {{0}}': '与 BuildKit 守护进程的会话中断：{{0}}',
  'The session with the BuildKit daemon broke.': '与 BuildKit 守护进程的会话中断。',
  'The daemon ended the transfer before it was complete.': '守护进程在传输完成之前将其结束。',
  "The daemon asked for file {{0}}, which it wasn't offered.": '守护进程请求了未提供给它的文件 {{0}}。',
  "The daemon couldn't take the build context: {{0}}": '守护进程无法接收构建上下文：{{0}}',
  '{{0}} vanished while the build context was being sent. Build again, or exclude it in .dockerignore.':
    '{{0}} 在发送构建上下文时消失了。请重新构建，或在 .dockerignore 中排除它。',
  '{{0}} is not a folder. Remove it, or export to another folder; nothing was removed.':
    '{{0}} 不是文件夹。请将其移除，或导出到其他文件夹；没有移除任何内容。',
  '{{0}} is a folder in the export and something else in the export folder. Remove it, or export to another folder; nothing was removed.':
    '{{0}} 在导出内容中是文件夹，在导出文件夹中却不是。请将其移除，或导出到其他文件夹；没有移除任何内容。',
  '{{0}} is a folder in the export folder and something else in the export. Remove it, or export to another folder; nothing was removed.':
    '{{0}} 在导出文件夹中是文件夹，在导出内容中却不是。请将其移除，或导出到其他文件夹；没有移除任何内容。',
  'The daemon wanted to write to {{0}}, which is not a plain path inside the export folder.':
    '守护进程想要写入 {{0}}，它不是导出文件夹内的普通路径。',
  'The daemon sent {{0}} out of order, or not inside a folder that it had announced.':
    '守护进程发送 {{0}} 的顺序不对，或它不在已声明的文件夹中。',
  'The daemon sent a malformed message: a field is longer than its message.':
    '守护进程发送了格式错误的消息：字段比消息本身还长。',
  'The daemon sent a malformed message: field {{0}} has wire type {{1}}.':
    '守护进程发送了格式错误的消息：字段 {{0}} 的编码类型为 {{1}}。',
  'The daemon sent a malformed message: wire type {{0}}.': '守护进程发送了格式错误的消息：编码类型 {{0}}。',
  'The daemon sent a malformed message: the message ends inside a field.':
    '守护进程发送了格式错误的消息：消息在字段中间结束。',
  'The daemon sent a malformed message: a varint has more than ten bytes.':
    '守护进程发送了格式错误的消息：varint 超过十个字节。',
  'Another build is writing to {{0}} at the same time.': '另一个构建正在同时写入 {{0}}。',
  '{{0}} is a folder; choose another name for the archive.': '{{0}} 是文件夹；请为归档选择其他名称。',
  'it does not exist': '它不存在',
  'permission denied': '没有权限',
  'the operation is not permitted': '不允许此操作',
  'the file system is read-only': '文件系统是只读的',
  'part of its path is not a folder': '其路径的一部分不是文件夹',
  'it is a folder': '它是文件夹',
  'something of that name exists': '已有同名的内容',
  'it is a link, which is not followed': '它是链接，而链接不会被跟随',
  'the disk is full': '磁盘已满',
  'the disk quota is used up': '磁盘配额已用完',
  'the file is larger than the file system allows': '文件超过了文件系统允许的大小',
  'too many files are open': '打开的文件过多',
  "Can't send the build context: {{0}}.": '无法发送构建上下文：{{0}}。',
  "Can't read {{0}}: {{1}}.": '无法读取 {{0}}：{{1}}。',
  "Can't read the folder of the build context: {{0}}.": '无法读取构建上下文的文件夹：{{0}}。',
  "Can't read the folder {{0}}: {{1}}.": '无法读取文件夹 {{0}}：{{1}}。',
  "Can't read the link {{0}}: {{1}}.": '无法读取链接 {{0}}：{{1}}。',
  "Can't make the export folder {{0}}: {{1}}.": '无法创建导出文件夹 {{0}}：{{1}}。',
  "Can't write {{0}}: {{1}}.": '无法写入 {{0}}：{{1}}。',
  "Can't export to {{0}}: {{1}}.": '无法导出到 {{0}}：{{1}}。',
  "Can't open the build context {{0}}: {{1}}.": '无法打开构建上下文 {{0}}：{{1}}。',
  "Can't follow links at {{0}}: {{1}}.": '无法跟随位于 {{0}} 的链接：{{1}}。',
  'The thread that transfers files failed. Build again.': '传输文件的线程出错。请重新构建。',
  'The thread that transfers files was stopped.': '传输文件的线程已停止。',
  'Manifold is closing; no transfer can begin.': 'Manifold 正在关闭，无法开始传输。',
  'The daemon ended the export before it was complete.': '守护进程在导出完成之前将其结束。',
  "The daemon couldn't send the export: {{0}}": '守护进程无法发送导出内容：{{0}}',
  'The daemon wanted {{0}} to be a hard link to {{1}}, which is not a file of this export.':
    '守护进程想让 {{0}} 成为指向 {{1}} 的硬链接，但后者不是此次导出的文件。',
  '{{0}} 1 file was already written to {{1}} and stayed there.':
    '{{0}} 有 1 个文件已写入 {{1}}，并保留在那里。',
  '{{0}} {{1}} files were already written to {{2}} and stayed there.':
    '{{0}} 有 {{1}} 个文件已写入 {{2}}，并保留在那里。',
  'The daemon broke the transfer protocol: it described an entry after the end of its list.':
    '守护进程违反了传输协议：在列表结束之后又描述了条目。',
  'The daemon broke the transfer protocol: it finished before everything had been sent.':
    '守护进程违反了传输协议：在全部发送完之前就结束了。',
  'The daemon broke the transfer protocol: it sent a packet of type {{0}}.':
    '守护进程违反了传输协议：发送了类型为 {{0}} 的数据包。',
  "The daemon broke the transfer protocol: it sent content for {{0}}, which wasn't asked for.":
    '守护进程违反了传输协议：发送了未请求的 {{0}} 的内容。',
  'The daemon broke the transfer protocol: it sent too many files at the same time.':
    '守护进程违反了传输协议：同时发送的文件过多。',
  'The daemon announced {{0}} bytes for {{1}} and sent more.':
    '守护进程声明 {{1}} 有 {{0}} 字节，实际发送得更多。',
  'The daemon announced {{0}} bytes for {{1}} and sent less.':
    '守护进程声明 {{1}} 有 {{0}} 字节，实际发送得更少。',
  '{{0}} is a device node or a named pipe, which is not made in a folder. Export a tar archive instead, or leave it out of the last stage.':
    '{{0}} 是设备节点或命名管道，不会在文件夹中创建。请改为导出 Tar 归档，或不要将其放入最后一个阶段。',
  "{{0}} is not a folder, so it can't be a build context.": '{{0}} 不是文件夹，因此不能用作构建上下文。',
  '{{0}} is out of place in brackets': '{{0}} 在方括号中的位置不对',
  'brackets are left open': '方括号没有闭合',
  'a backslash stands at the end': '末尾有一个反斜杠',
  'too many repetitions': '重复次数过多',
  'bad range {{0}}-{{1}}': '范围 {{0}}-{{1}} 无效',
  'unknown class {{0}}': '未知的字符类 {{0}}',
  'missing closing ]': '缺少右方括号 ]',
  'trailing backslash': '末尾有反斜杠',
  'invalid escape \\{{0}}': '转义 \\{{0}} 无效',
  'invalid escape \\x': '转义 \\x 无效',
  'an exclamation mark needs a pattern behind it': '感叹号后面需要有模式',
  "The pattern {{0}} can't be used: {{1}}. Correct it in .dockerignore or in the COPY that names it.":
    '模式 {{0}} 无法使用：{{1}}。请在 .dockerignore 或使用它的 COPY 中更正。',
  'The transfer was abandoned.': '传输已被放弃。',
  '{{0}} is not a relative path.': '{{0}} 不是相对路径。',
  '{{0}} is not a link.': '{{0}} 不是链接。',
  'There is no {{0}}.': '没有 {{0}}。',
  'The transfer was cancelled.': '传输已取消。',
  'The connection to the daemon was lost.': '与守护进程的连接已断开。',
  "The builder doesn't answer {{0}} for this Dockerfile.": '构建器不支持对此 Dockerfile 的 {{0}} 请求。',
  'it closed the connection.': '它关闭了连接。',
  'it did not answer in time.': '它没有及时响应。',
  'it closed the connection, or does not speak HTTP/2.': '它关闭了连接，或不使用 HTTP/2。',
};
