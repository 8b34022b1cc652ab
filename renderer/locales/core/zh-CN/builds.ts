import type { TextTable } from '../translator';

/** Builds: preflight, failures, and checks of Dockerfiles. */
export const builds: TextTable = {
  'A node did not say what it has pushed.': '有节点没有说明推送了什么。',
  'The plan has a bad reference: {{0}}': '计划中的引用无效：{{0}}',
  'The build was cancelled.': '构建已取消。',
  'Manifold failed to join what the nodes have built.': 'Manifold 合并各节点的构建结果时出错。',
  'Build again; if it happens again, report it with the details.':
    '请重新构建；如果再次发生，请连同详细信息一起报告。',
  'What the nodes pushed can’t be joined under {{0}}.': '各节点推送的内容无法合并到 {{0}}。',
  'What the nodes sent can’t be joined.': '各节点发送的内容无法合并。',
  'Build again. If it happens again, look into the details and the builder’s log.':
    '请重新构建。如果再次发生，请查看详细信息和构建器的日志。',
  'This build is still running.': '此构建仍在运行。',
  'Cancel it first.': '请先取消它。',
  'The rest of this build’s log is lost: it can’t be written.': '此构建的后续日志已丢失：无法写入。',
  'This build can’t be recorded.': '无法记录此构建。',
  'It is forgotten when Manifold closes, unless space is freed before.':
    '除非在此之前释放空间，否则关闭 Manifold 后它将不再保留。',
  'This build is no longer there.': '此构建已不存在。',
  'Manifold is closing.': 'Manifold 正在关闭。',
  'Manifold failed while it ran the build.': 'Manifold 在运行构建时出错。',
  '"{{0}}" has an unfinished quotation.': '“{{0}}”中的引号没有闭合。',
  'The cache location is empty.': '缓存位置为空。',
  '"{{0}}" is no key=value.': '“{{0}}”不是 key=value 的形式。',
  '"{{0}}" names no type, such as type=registry.': '“{{0}}”没有指定类型，例如 type=registry。',
  'A cache in a local folder (type=local) is not available yet; use a registry.':
    '尚不支持本地文件夹中的缓存（type=local）；请使用镜像仓库。',
  '"{{0}}" is no type of cache; the types are {{1}}.': '“{{0}}”不是缓存类型；可用的类型有 {{1}}。',
  'A cache in a registry needs ref=<image reference>.': '镜像仓库中的缓存需要 ref=<镜像引用>。',
  'An inline cache is read from its image: type=registry,ref=<image reference>.':
    '内联缓存从其镜像中读取：type=registry,ref=<镜像引用>。',
  'On {{0}}: {{1}}': '{{0}}：{{1}}',
  'The connection to the builder was lost while it built.': '构建期间与构建器的连接断开。',
  'The builder is contacted again by itself. Build again when it is back.':
    'Manifold 会自动重新连接构建器。恢复后请重新构建。',
  'Check that the builder runs.': '请确认构建器正在运行。',
  'Join patterns, or move what they leave out into folders that one pattern covers.':
    '请合并模式，或将要排除的内容移到可用一个模式覆盖的文件夹中。',
  'The builder ended the session by which it reads files and credentials.':
    '构建器结束了用于读取文件和凭据的会话。',
  'Build again. If it happens again, look into the builder’s log and restart the builder.':
    '请重新构建。如果再次发生，请查看构建器的日志并重启构建器。',
  'The builder has no disk space left.': '构建器的磁盘空间已用尽。',
  'Free space on the builder’s disk or clear its build cache, then build again.':
    '请在构建器的磁盘上释放空间，或清理其构建缓存，然后重新构建。',
  '{{0}} needs an emulator that the builder does not have.': '{{0}} 需要模拟器，而构建器上没有安装。',
  'Install emulation on the builder’s machine (Debian and Ubuntu: sudo apt install qemu-user-static binfmt-support) and restart the builder.':
    '请在构建器所在的机器上安装模拟支持（Debian 和 Ubuntu：sudo apt install qemu-user-static binfmt-support），然后重启构建器。',
  '{{0}} uses an image that does not exist for this platform.': '{{0}} 使用的镜像不支持此平台。',
  'Leave the platform out, or use a base image that offers it.': '请去掉该平台，或使用支持它的基础镜像。',
  'The registry{{0}} refuses access.': '镜像仓库{{0}}拒绝访问。',
  'Log in to it with docker login, and check that your account may read or write the repository.':
    '请用 docker login 登录，并确认您的账号有该仓库的读取或写入权限。',
  'The registry{{0}} can’t be reached by the builder.': '构建器无法连接镜像仓库{{0}}。',
  'Check the name and the builder’s network. A registry without TLS has to be allowed in the builder’s buildkitd.toml.':
    '请检查名称和构建器的网络。不使用 TLS 的镜像仓库须在构建器的 buildkitd.toml 中放行。',
  'The Dockerfile has no stage named {{0}}.': 'Dockerfile 中没有名为 {{0}} 的阶段。',
  'Choose one of the Dockerfile’s stages as target, or none.':
    '请选择 Dockerfile 中的某个阶段作为目标，或不选目标。',
  '{{0}} is not in the build context.': '{{0}} 不在构建上下文中。',
  'Check the path, relative to the project folder, and that .dockerignore does not leave it out.':
    '请检查路径（相对于项目文件夹），并确认 .dockerignore 没有将其排除。',
  'The build needs a secret with the id {{0}}.': '构建需要 ID 为 {{0}} 的密钥。',
  'Add it to the build’s secrets.': '请将其添加到构建的密钥中。',
  'The build needs an SSH agent that was not given to it.': '构建需要 SSH 代理，但没有提供。',
  'Add your agent’s socket to the build’s SSH forwards.': '请将您的代理套接字添加到构建的 SSH 转发中。',
  'The image {{0}} does not exist.': '镜像 {{0}} 不存在。',
  'Check the name and the tag.': '请检查名称和标签。',
  'Correct the marked line.': '请更正标出的行。',
  'The step': '此步骤',
  'See the step’s log.': '请查看该步骤的日志。',
  'The builder does not allow this.': '构建器不允许此操作。',
  'The builder ended the build with this message; its own log may say more.':
    '构建器以此消息结束了构建；其自身的日志中可能有更多信息。',
  'A step': '某个步骤',
  '{{0}} was killed (exit code 137).': '{{0}} 被终止（退出码 137）。',
  '{{0}} failed with exit code {{1}}.': '{{0}} 失败，退出码 {{1}}。',
  'A command was not found. Check its name and that the image holds it.':
    '找不到命令。请检查其名称，并确认镜像中包含它。',
  'A command was found but may not be executed. Check its permissions.':
    '找到了命令，但不允许执行。请检查其权限。',
  'Most often the machine had no memory left. Give it more, or build fewer platforms at once.':
    '最常见的原因是机器内存不足。请增加内存，或减少同时构建的平台。',
  'The last lines of its output say why.': '其最后几行输出说明了原因。',
  'Correct the pattern in .dockerignore.': '请更正 .dockerignore 中的模式。',
  'Correct the file, or leave it out with .dockerignore, and build again.':
    '请更正该文件，或在 .dockerignore 中将其排除，然后重新构建。',
  'Free some space or choose another place for the output.': '请释放一些空间，或为输出选择其他位置。',
  'Nothing was written outside of the destination. Don’t trust this builder.':
    '没有向目标位置之外写入任何内容。请勿信任此构建器。',
  'Remove what is there, or choose another place for the output.':
    '请移除该处已有的内容，或为输出选择其他位置。',
  '{{0}} The output goes to {{1}}.': '{{0}} 输出的目标位置是 {{1}}。',
  'Choose another place for the output, or correct what keeps Manifold from writing there.':
    '请为输出选择其他位置，或解决使 Manifold 无法写入该处的问题。',
  'turn on the containerd image store of its Docker Engine, or choose a builder with another driver':
    '启用其 Docker Engine 的 containerd 镜像存储，或选择使用其他驱动的构建器',
  '{{0}} builds one platform at a time.': '{{0}} 一次只能构建一个平台。',
  'Tick one platform, {{0}}.': '请只勾选一个平台，或{{0}}。',
  '{{0}} can’t attach an SBOM to an image.': '{{0}} 无法为镜像附加 SBOM。',
  'Leave the SBOM out, {{0}}.': '请去掉 SBOM，或{{0}}。',
  '{{0}} can’t write OCI archives.': '{{0}} 无法写出 OCI 归档。',
  'Write a Docker archive, {{0}}.': '请写出 Docker 归档，或{{0}}。',
  '{{0}} can’t write Docker archives.': '{{0}} 无法写出 Docker 归档。',
  'Load the image into Docker, or choose a builder with another driver.':
    '请将镜像加载到 Docker，或选择使用其他驱动的构建器。',
  '{{0}} can only write its cache into the image.': '{{0}} 只能将缓存写入镜像。',
  'Use type=inline, {{0}}.': '请使用 type=inline，或{{0}}。',
  '{{0}} can’t load images into a Docker Engine.': '{{0}} 无法将镜像加载到 Docker Engine。',
  'Write a Docker archive and load it with docker load, or push the image.':
    '请写出 Docker 归档并用 docker load 加载，或推送镜像。',
  'The Docker Engine of {{0}} takes images of one platform only.':
    '{{0}} 的 Docker Engine 只接受单个平台的镜像。',
  'Tick one platform, turn on the engine’s containerd image store, or push the image to a registry.':
    '请只勾选一个平台，或启用引擎的 containerd 镜像存储，或将镜像推送到镜像仓库。',
  'Several nodes build and write their cache to the same place, where only the last one’s stays.':
    '有多个节点参与构建，且缓存写入同一位置，最终只会保留最后写入的一份。',
  'Use type=inline, or build the platforms one by one with a place for each.':
    '请使用 type=inline，或逐个构建各平台，并为每个平台指定不同的位置。',
  'Choose another folder, or change its permissions.': '请选择其他文件夹，或更改其权限。',
  'The file of the secret {{0}} can’t be read.': '无法读取密钥 {{0}} 的文件。',
  'Choose another file, or change its permissions.': '请选择其他文件，或更改其权限。',
  'Nothing can be written to {{0}}.': '无法写入 {{0}}。',
  'Choose a path for the output, or another folder for outputs in the settings.':
    '请为输出选择路径，或在设置中更换输出文件夹。',
  '{{0}} is a file, not a folder.': '{{0}} 是文件，不是文件夹。',
  '{{0}} is a folder, not a file.': '{{0}} 是文件夹，不是文件。',
  'Choose another path.': '请选择其他路径。',
  'The folder {{0}} does not exist.': '文件夹 {{0}} 不存在。',
  'The folder {{0}} can’t be read.': '无法读取文件夹 {{0}}。',
  '{{0}} is not a folder.': '{{0}} 不是文件夹。',
  'Manifold was closed or crashed while this build ran, so it was not finished.':
    '此构建运行期间 Manifold 被关闭或崩溃，因此没有完成。',
  'Build again: the steps that were done come from the builder’s cache.':
    '请重新构建：已完成的步骤会从构建器的缓存中读取。',
  'Output of the step {{0}}, which was not announced.': '收到了未声明的步骤 {{0}} 的输出。',
  'An OCI layout as a build context is not available yet.': '尚不支持将 OCI 布局用作构建上下文。',
  'Connecting to {{0}}': '正在连接 {{0}}',
  'Sending the build to the daemon': '正在将构建发送到守护进程',
  'The builder {{0}} has no node.': '构建器 {{0}} 没有节点。',
  'This builder can’t load images into a Docker Engine.': '此构建器无法将镜像加载到 Docker Engine。',
  '"{{0}}" is no image name: {{1}}.': '“{{0}}”不是镜像名称：{{1}}。',
  '"{{0}}" is no name for a build context.': '“{{0}}”不能用作构建上下文的名称。',
  'Change the build’s settings.': '请更改构建的设置。',
  'Choose another builder.': '请选择其他构建器。',
  'The node {{0}} of the builder {{1}} can’t be reached.': '无法连接构建器 {{1}} 的节点 {{0}}。',
  'The Dockerfile has no instructions.': 'Dockerfile 中没有指令。',
  'Begin with FROM and the name of a base image.': '请以 FROM 和基础镜像的名称开头。',
  'Name a stage with FROM … AS name, or choose no target.': '请用 FROM … AS name 为阶段命名，或不选目标。',
  'Its stages are {{0}}.': '其阶段有 {{0}}。',
  'The builder {{0}} can’t run {{1}}: RUN steps for it will fail.':
    '构建器 {{0}} 无法运行 {{1}}：该平台的 RUN 步骤会失败。',
  'Install emulation on the builder’s machine (Debian and Ubuntu: sudo apt install qemu-user-static binfmt-support) and restart the builder, or cross-compile with FROM --platform=$BUILDPLATFORM.':
    '请在构建器所在的机器上安装模拟支持（Debian 和 Ubuntu：sudo apt install qemu-user-static binfmt-support），然后重启构建器；或用 FROM --platform=$BUILDPLATFORM 交叉编译。',
  'Write it like registry.example/team/app:1.0.': '请写作 registry.example/team/app:1.0 的形式。',
  '"{{0}}" names a digest, which the build decides.': '“{{0}}”含有摘要值，而摘要值由构建结果决定。',
  'Write {{0}}.': '请写作 {{0}}。',
  'A push needs to know where to: there is no tag.': '推送需要知道目标位置：还没有标签。',
  'Add a tag such as registry.example/team/app:1.0.': '请添加标签，例如 registry.example/team/app:1.0。',
  'A build argument has no name.': '有构建参数没有名称。',
  '"{{0}}" is no name for a build argument.': '“{{0}}”不能用作构建参数的名称。',
  'Names have letters, digits and "_", and begin with no digit.':
    '名称由字母、数字和“_”组成，且不以数字开头。',
  'BUILDKIT_SYNTAX is empty.': 'BUILDKIT_SYNTAX 为空。',
  'Give it a frontend image, or remove it.': '请填写前端镜像，或将其移除。',
  'A label has no name.': '有元数据标签没有名称。',
  'Write it like org.opencontainers.image.title.': '请写作 org.opencontainers.image.title 的形式。',
  'Use lower-case letters, digits, "-", "_" and ".".': '请使用小写字母、数字、“-”、“_”和“.”。',
  'The build context {{0}} has no source.': '构建上下文 {{0}} 没有来源。',
  'Give a folder, an image as docker-image://…, or a URL.':
    '请填写文件夹、docker-image://… 形式的镜像，或网址。',
  'Use a folder, an image or a URL.': '请使用文件夹、镜像或网址。',
  'Write it like type=registry,ref=registry.example/team/app:cache.':
    '请写作 type=registry,ref=registry.example/team/app:cache 的形式。',
  'A secret has no id.': '有密钥没有 ID。',
  'Give the id that the Dockerfile asks for.': '请填写 Dockerfile 所要求的 ID。',
  'There are two secrets with the id {{0}}.': '有两个密钥的 ID 都是 {{0}}。',
  'Keep one of them.': '请只保留其中一个。',
  'The secret {{0}} has no file.': '密钥 {{0}} 没有文件。',
  'Choose its file.': '请选择其文件。',
  'The secret {{0}} names no environment variable.': '密钥 {{0}} 没有指定环境变量。',
  'Type the variable’s name.': '请输入变量名。',
  'The SSH agent {{0}} has no socket.': 'SSH 代理 {{0}} 没有套接字。',
  'Give the socket’s path, such as the value of SSH_AUTH_SOCK.':
    '请填写套接字的路径，例如 SSH_AUTH_SOCK 的值。',
  'There is no folder to write to.': '没有指定要写入的文件夹。',
  'Choose a folder.': '请选择文件夹。',
  'A Docker archive holds one platform only.': 'Docker 归档只能包含一个平台。',
  'Choose one platform, or the OCI archive.': '请只选择一个平台，或改用 OCI 归档。',
  '"{{0}}" is no absolute path.': '“{{0}}”不是绝对路径。',
  'Choose a file, or leave it empty for Manifold’s own folder.':
    '请选择文件，或留空以使用 Manifold 自带的文件夹。',
  'A build plan without parts.': '构建计划没有任何部分。',
  'The check was given up.': '检查已放弃。',
  '{{0}} is not running.': '{{0}} 没有运行。',
  'Start the builder to have the Dockerfile checked.': '请启动构建器，以便检查 Dockerfile。',
  'The builder is contacted again by itself.': 'Manifold 会自动重新连接构建器。',
  'The builder did not check the Dockerfile within {{0}} seconds.':
    '构建器在 {{0}} 秒内没有完成对 Dockerfile 的检查。',
  'It may be busy, or wait for a registry. It is asked again when the text changes.':
    '它可能正忙，或在等待镜像仓库。文本更改后会再次检查。',
  '{{0}} Pushed before: {{1}}.': '{{0}} 此前已推送：{{1}}。',
  '{{0}} can’t push a part of an image.': '{{0}} 无法推送镜像的一部分。',
  'Tick platforms that {{0}} builds alone, {{1}}.': '请只勾选由 {{0}} 单独构建的平台，或{{1}}。',
};
