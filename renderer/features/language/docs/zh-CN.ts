import type { Topic } from '../../../../shared/dockerfile/language';

/** What completion and hover say, in Markdown. */
const docs: Record<Topic, string> = {
  'instruction/ADD':
    '将文件放入镜像：来自构建上下文、URL 或 Git 仓库。本地归档会被解包。对于本地文件，`COPY` 更直接。\n\n```dockerfile\nADD --checksum=sha256:… https://example.com/tool.tar.gz /opt/\n```',
  'instruction/ARG':
    '声明一个构建参数，可带默认值；每次构建都可以为它赋值。从这一行到阶段结束都可用；写在第一个 `FROM` 之前的参数只对 `FROM` 可见，除非阶段中再次声明。\n\n```dockerfile\nARG VERSION=1.0\n```',
  'instruction/CMD':
    '容器默认运行的命令，或 `ENTRYPOINT` 的默认参数。只有最后一条有效。JSON 形式不经过 shell 直接启动程序。\n\n```dockerfile\nCMD ["app", "--verbose"]\n```',
  'instruction/COPY':
    '将构建上下文、其他阶段或镜像中的文件复制到本阶段。\n\n```dockerfile\nCOPY --from=build /out/app /usr/local/bin/\n```',
  'instruction/ENTRYPOINT':
    '容器始终运行的程序。使用 JSON 形式时，`CMD` 或命令行的参数会跟在其后。\n\n```dockerfile\nENTRYPOINT ["/app"]\n```',
  'instruction/ENV':
    '为后续指令和镜像的容器设置环境变量。\n\n```dockerfile\nENV PATH=/opt/tool/bin:$PATH\n```',
  'instruction/EXPOSE': '说明容器监听哪些端口。它不会发布端口。\n\n```dockerfile\nEXPOSE 8080/tcp\n```',
  'instruction/FROM':
    '开始一个阶段：基于基础镜像、之前的阶段，或空白（`scratch`）。`AS` 为它命名。\n\n```dockerfile\nFROM --platform=$BUILDPLATFORM golang:1.26 AS build\n```',
  'instruction/HEALTHCHECK':
    '如何检查容器是否仍正常工作。退出码 0 表示健康，1 表示不健康。`NONE` 取消基础镜像的检查。\n\n```dockerfile\nHEALTHCHECK --interval=30s CMD curl -f http://localhost/\n```',
  'instruction/LABEL':
    '为镜像添加元数据。\n\n```dockerfile\nLABEL org.opencontainers.image.source="https://example.com/project"\n```',
  'instruction/MAINTAINER': '写明作者。已过时：请使用标签 `org.opencontainers.image.authors`。',
  'instruction/ONBUILD':
    '将一条指令留待以后：在以此镜像为基础的构建开始时执行。\n\n```dockerfile\nONBUILD COPY . /src\n```',
  'instruction/RUN':
    '运行一条命令，并将它的改动保存为一层。heredoc 可容纳多行命令。\n\n```dockerfile\nRUN --mount=type=cache,target=/root/.cache make\n```',
  'instruction/SHELL':
    '后续命令行使用的 shell，以 JSON 书写。\n\n```dockerfile\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n```',
  'instruction/STOPSIGNAL': '请求容器结束的信号；未指定时为 `SIGTERM`。',
  'instruction/USER':
    '以谁的身份运行后续命令和容器：用户名或编号，可附带用户组。\n\n```dockerfile\nUSER app:app\n```',
  'instruction/VOLUME': '内容保存在容器各层之外的文件夹。此后在 Dockerfile 中写入其中的内容可能会丢失。',
  'instruction/WORKDIR': '后续指令和容器的工作文件夹。不存在时会自动创建；相对路径以前一个工作文件夹为起点。',

  'flag/FROM --platform':
    '基础镜像所用的平台，而不是构建的目标平台。`$BUILDPLATFORM` 让阶段以本机方式运行，适合交叉编译。',
  'flag/RUN --mount':
    '在命令运行期间挂载内容：上下文或阶段中的文件（`bind`）、跨构建保留的缓存（`cache`）、内存（`tmpfs`）、机密（`secret`）或 SSH 代理（`ssh`）。它们都不会进入镜像。',
  'flag/RUN --network': '此命令使用的网络：`default`、`none` 或 `host`。',
  'flag/RUN --security': '使用 `insecure` 时命令拥有全部权限，需要构建器允许（`security.insecure`）。',
  'flag/RUN --device':
    '按 CDI 名称将构建器的设备交给命令，例如 `nvidia.com/gpu=all`。`required` 使缺少设备成为错误。',
  'flag/COPY --from': '文件的来源：阶段、镜像或命名的构建上下文。',
  'flag/COPY --chown': '所复制文件的所有者和用户组：名称或编号，`user:group`。',
  'flag/COPY --chmod': '所复制文件的权限，例如 `0755` 或 `u=rwX,go=rX`。',
  'flag/COPY --link': '复制到不依赖下层的独立层，下层变化时仍可使用缓存。目标路径中的链接不会被跟随。',
  'flag/COPY --parents': '保留源文件所在的文件夹结构。源路径中的 `/./` 标明从哪里开始保留。',
  'flag/COPY --exclude': '排除与模式匹配的文件。可以多次指定。',
  'flag/ADD --chown': '所添加文件的所有者和用户组：名称或编号，`user:group`。',
  'flag/ADD --chmod': '所添加文件的权限，例如 `0755` 或 `u=rwX,go=rX`。',
  'flag/ADD --link': '添加到不依赖下层的独立层，下层变化时仍可使用缓存。',
  'flag/ADD --checksum': '下载的文件必须具有的摘要，或 Git 仓库必须处于的提交。',
  'flag/ADD --keep-git-dir': '保留所添加仓库的 `.git` 文件夹。',
  'flag/ADD --unpack': '是否解包归档。未指定时，本地归档会解包，下载的不会。',
  'flag/ADD --exclude': '排除与模式匹配的文件。可以多次指定。',
  'flag/HEALTHCHECK --interval': '两次检查之间的时间；未指定时为 30 秒。',
  'flag/HEALTHCHECK --timeout': '检查超过此时间即为失败；未指定时为 30 秒。',
  'flag/HEALTHCHECK --start-period': '程序启动可用的时间：其间的失败不计。',
  'flag/HEALTHCHECK --start-interval': '程序启动期间两次检查之间的时间；未指定时为 5 秒。',
  'flag/HEALTHCHECK --retries': '连续失败多少次后容器视为不健康；未指定时为 3。',

  'mount/bind': '构建上下文、阶段或镜像（`from`）中的文件。对它们的写入会被丢弃。',
  'mount/cache': '构建器在多次构建之间保留的文件夹，供包管理器和编译器使用。不要依赖其内容。',
  'mount/tmpfs': '内存中的文件夹，开始时为空，结束后消失。',
  'mount/secret': '作为文件或环境变量的机密，仅供此命令使用。',
  'mount/ssh': '构建者的 SSH 代理，仅供此命令使用。',
  'mountKey/type': '挂载的类型：`bind`、`cache`、`tmpfs`、`secret` 或 `ssh`；未指定时为 `bind`。',
  'mountKey/target': '命令运行期间所在的位置。',
  'mountKey/source': '构建上下文中或 `from` 所指来源中的路径；未指定时为其根。',
  'mountKey/from': '文件来源的阶段、镜像或命名的构建上下文。',
  'mountKey/rw': '允许写入。对 `bind` 挂载的写入会被丢弃。',
  'mountKey/ro': '禁止写入。',
  'mountKey/id': '用于区分的标识：id 相同的缓存是同一个；对机密和 SSH 代理而言，它是构建时给出的名称。',
  'mountKey/sharing': '两个构建需要同一缓存时的处理方式：`shared`、`private` 或 `locked`。',
  'mountKey/mode': '八进制权限：未指定时缓存为 `0755`，机密为 `0400`，SSH 套接字为 `0600`。',
  'mountKey/uid': '所有者编号；未指定时为 0。',
  'mountKey/gid': '用户组编号；未指定时为 0。',
  'mountKey/required': '未提供机密或代理时使构建失败。',
  'mountKey/env': '保存机密的环境变量，可代替文件或与文件并用。',
  'mountKey/size': '最大容量，例如 `64m`。',

  'directive/syntax':
    '读取此文件的前端镜像。有了它，较旧的构建器也能使用新功能。\n\n```dockerfile\n# syntax=docker/dockerfile:1\n```',
  'directive/escape': '用于续行和转义的字符：反斜杠，或便于书写 Windows 路径的反引号。',
  'directive/check':
    '跳过哪些检查，以及发现问题时是否使构建失败。\n\n```dockerfile\n# check=skip=JSONArgsRecommended;error=true\n```',
  'value/check skip': '要跳过的检查，以逗号分隔；`all` 跳过全部。',
  'value/check error': '`true` 使每个发现都成为错误。',
  'value/check experimental': '要进行的、仍在试验中的检查。',

  'automatic/BUILDPLATFORM': '执行构建的机器的平台，例如 `linux/amd64`。',
  'automatic/BUILDOS': '执行构建的机器的操作系统，例如 `linux`。',
  'automatic/BUILDOSVERSION': '执行构建的机器的操作系统版本；用于 Windows。',
  'automatic/BUILDARCH': '执行构建的机器的处理器架构，例如 `amd64`。',
  'automatic/BUILDVARIANT': '执行构建的机器的处理器变体，例如 `v7`；常为空。',
  'automatic/TARGETPLATFORM': '构建的目标平台，例如 `linux/arm64` 或 `linux/arm/v7`。',
  'automatic/TARGETOS': '目标平台的操作系统，例如 `linux`。',
  'automatic/TARGETOSVERSION': '目标平台的操作系统版本；用于 Windows。',
  'automatic/TARGETARCH': '目标平台的处理器架构，例如 `arm64`。',
  'automatic/TARGETVARIANT': '目标平台的处理器变体，例如 `v7`；常为空。',
  'automatic/TARGETSTAGE': '目标阶段的名称，或 `default`。',
  proxy: '代理设置。命令无需 `ARG` 即可使用，且不会进入镜像历史和缓存键。',

  'value/network default': '构建器通常的网络。',
  'value/network none': '除回环外没有网络。',
  'value/network host': '构建器所在机器的网络，需要构建器允许（`network.host`）。',
  'value/security sandbox': '通常的限制。',
  'value/security insecure': '全部权限，需要构建器允许（`security.insecure`）。',
  'value/sharing shared': '多个构建可同时写入。',
  'value/sharing private': '缓存正被其他构建使用时，本构建另用一个缓存。',
  'value/sharing locked': '等待另一个构建结束后再使用，`apt` 需要这样。',
  'value/base scratch': '完全空白：用于只含一个程序的镜像，或基础镜像的起点。',

  'snippet/cross-compile': '编译器以本机方式运行，为目标平台编译，再用小镜像承载结果。',
  'snippet/multi-stage': '一个阶段负责构建，另一个阶段只取结果。',
  'snippet/cache-apt': '安装 Debian 软件包，并在多次构建之间保留下载内容。',
  'snippet/cache-go': '编译 Go，并在多次构建之间保留模块和已编译的包。',
  'snippet/cache-npm': '安装 npm 包，并在多次构建之间保留下载内容。',
  'snippet/cache-pip': '安装 Python 包，并在多次构建之间保留下载内容。',
  'snippet/secret': '让命令读取机密，而机密不会进入镜像。',
  'snippet/ssh': '让命令使用 SSH 代理。',
  'snippet/heredoc-run': '在一个步骤中运行多条命令。',
  'snippet/heredoc-copy': '写入一个小文件。',
};

export default docs;
