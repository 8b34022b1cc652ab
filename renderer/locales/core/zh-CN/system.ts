import type { TextTable } from '../translator';

/** Files, connections, SSH, projects and the core’s calls. */
export const system: TextTable = {
  '{{0}} is not a file.': '{{0}} 不是文件。',
  '{{0}} is larger than 32 MiB.': '{{0}} 大于 32 MiB。',
  '{{0}} is not UTF-8 text.': '{{0}} 不是 UTF-8 文本。',
  'This is no Dockerfile that can be edited here.': '这不是可以在此编辑的 Dockerfile。',
  '{{0}} was changed on disk in the meantime.': '{{0}} 在此期间已在磁盘上被更改。',
  'Reload it, or overwrite it with the text on screen.': '请重新载入，或用屏幕上的文本覆盖它。',
  '{{0}} is not inside the project.': '{{0}} 不在项目中。',
  'Open the folder that holds it instead.': '请改为打开包含它的文件夹。',
  'This build wrote no file or folder.': '此构建没有写出文件或文件夹。',
  'There is no call "{{0}}".': '没有名为“{{0}}”的调用。',
  '{{0}}: does not fit': '{{0}}：不符合要求',
  '{{0}}: {{1}}: does not fit': '{{0}}：{{1}}：不符合要求',
  'Cancelled.': '已取消。',
  'This is a defect of Manifold. The log in its data folder has the details.':
    '这是 Manifold 的缺陷。详情见其数据文件夹中的日志。',
  'there is no such socket': '没有这个套接字',
  'Start the daemon, or correct the path.': '请启动守护进程，或更正路径。',
  'access to its socket is denied': '其套接字拒绝访问',
  'Let your user read and write the socket, for instance through its group.':
    '请允许您的用户读写此套接字，例如通过其所属组。',
  'nothing listens there': '该处没有服务在监听',
  'Start the daemon, or correct the address.': '请启动守护进程，或更正地址。',
  'it closed the connection at once': '它立即关闭了连接',
  'When the daemon expects TLS, give the builder a CA certificate, a client certificate and its key.':
    '如果守护进程要求 TLS，请为构建器提供 CA 证书、客户端证书及其密钥。',
  'the host name can’t be looked up': '无法解析主机名',
  'it did not answer': '它没有响应',
  'there is no route to its network': '没有到其网络的路由',
  'its certificate has expired': '其证书已过期',
  'Renew the daemon’s certificate.': '请更新守护进程的证书。',
  'its certificate is not valid yet': '其证书尚未生效',
  'Check both machines’ clocks.': '请检查两台机器的时钟。',
  'its certificate is for another host name': '其证书属于另一个主机名',
  'Type the name in the certificate as “Server name”.': '请在“服务器名称”中填写证书中的名称。',
  'its certificate is not signed by the given CA': '其证书不是由给定的 CA 签发的',
  'Choose the CA certificate that signed the daemon’s certificate.': '请选择签发守护进程证书的 CA 证书。',
  'the client key does not belong to the client certificate': '客户端密钥与客户端证书不匹配',
  'Choose the key that was made with the client certificate.': '请选择与客户端证书一起生成的密钥。',
  'it does not speak TLS': '它不使用 TLS',
  'Leave the certificates empty, or start the daemon with TLS.': '请将证书留空，或以 TLS 启动守护进程。',
  'it refuses the client certificate': '它拒绝客户端证书',
  'Give a client certificate and key that the daemon’s CA signed and that have not expired.':
    '请提供由守护进程的 CA 签发且未过期的客户端证书和密钥。',
  'a certificate or key file is damaged or of an unknown kind': '证书或密钥文件已损坏，或类型未知',
  'The files must be PEM: a CA certificate, a client certificate and its key.':
    '文件必须为 PEM 格式：CA 证书、客户端证书及其密钥。',
  'for an unknown reason': '原因未知',
  '{{0}} does not exist.': '{{0}} 不存在。',
  'the build’s log does not exist.': '构建的日志不存在。',
  'It may have been moved or deleted.': '它可能已被移动或删除。',
  'Manifold may not read or write {{0}}.': 'Manifold 无权读取或写入 {{0}}。',
  'Manifold may not read or write the build’s log.': 'Manifold 无权读取或写入构建的日志。',
  'Change the permissions of the file or folder, or choose another one.':
    '请更改该文件或文件夹的权限，或另选一个。',
  'No space left to write {{0}}.': '没有空间写入 {{0}}。',
  'No space left to write the build’s log.': '没有空间写入构建的日志。',
  'Free some space and try again.': '请释放一些空间后重试。',
  'was killed': '被终止',
  'ended with status {{0}}': '以状态 {{0}} 结束',
  'such as ssh://user@host.example': '例如 ssh://user@host.example',
  'That is no SSH address, {{0}}.': '这不是 SSH 地址，{{0}}。',
  'An SSH address begins with ssh://, {{0}}.': 'SSH 地址以 ssh:// 开头，{{0}}。',
  'An SSH address takes no password: use a key and the SSH agent.':
    'SSH 地址不能包含密码：请使用密钥和 SSH 代理。',
  'An SSH address has nothing after the host and a path, {{0}}.':
    'SSH 地址在主机和路径之后没有其他内容，{{0}}。',
  'The user or host in the SSH address has signs that none can have.':
    'SSH 地址中的用户或主机含有不允许的字符。',
  'there is no ssh program on the PATH': 'PATH 中没有 ssh 程序',
  'Install OpenSSH’s client, or put it on the PATH.': '请安装 OpenSSH 客户端，或将其加入 PATH。',
  'its SSH host key is another one than before': '其 SSH 主机密钥与以前不同',
  'Find out why it changed. If it is right, remove the old key with ssh-keygen -R and connect once with ssh.':
    '请查明其更改的原因。如果无误，请用 ssh-keygen -R 移除旧密钥，并用 ssh 连接一次。',
  'its SSH host key is not known': '其 SSH 主机密钥未知',
  'Connect to the host once with ssh in a terminal, and check the key that it shows.':
    '请在终端中用 ssh 连接该主机一次，并核对所显示的密钥。',
  'it refuses your SSH key': '它拒绝您的 SSH 密钥',
  'Add the key to the SSH agent, or name it in your SSH configuration; passwords can’t be asked for.':
    '请将密钥添加到 SSH 代理，或在 SSH 配置中指定；这里无法询问密码。',
  'Try to connect to the host with ssh in a terminal.': '请尝试在终端中用 ssh 连接该主机。',
};
