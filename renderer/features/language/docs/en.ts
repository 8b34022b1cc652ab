import type { Topic } from '../../../../shared/dockerfile/language';

/** What completion and hover say, in Markdown. */
const docs: Record<Topic, string> = {
  'instruction/ADD':
    'Puts files into the image: from the build context, a URL or a Git repository. Local archives are unpacked. `COPY` is the plainer choice for local files.\n\n```dockerfile\nADD --checksum=sha256:… https://example.com/tool.tar.gz /opt/\n```',
  'instruction/ARG':
    'Declares a build argument, with a default if you like. Its value can be given for each build. It is seen from this line to the end of the stage; one above the first `FROM` is seen by `FROM` only, until a stage declares it again.\n\n```dockerfile\nARG VERSION=1.0\n```',
  'instruction/CMD':
    'What a container runs when nothing else is asked for, or the default arguments of `ENTRYPOINT`. Only the last one counts. The JSON form starts the program without a shell.\n\n```dockerfile\nCMD ["app", "--verbose"]\n```',
  'instruction/COPY':
    'Puts files from the build context, another stage or an image into this stage.\n\n```dockerfile\nCOPY --from=build /out/app /usr/local/bin/\n```',
  'instruction/ENTRYPOINT':
    'The program that a container always runs. With the JSON form, the arguments of `CMD` or of the command line follow it.\n\n```dockerfile\nENTRYPOINT ["/app"]\n```',
  'instruction/ENV':
    'Sets environment variables for the following instructions and for containers of the image.\n\n```dockerfile\nENV PATH=/opt/tool/bin:$PATH\n```',
  'instruction/EXPOSE':
    'Says on which ports the container listens. It publishes none.\n\n```dockerfile\nEXPOSE 8080/tcp\n```',
  'instruction/FROM':
    'Begins a stage on a base image, on an earlier stage, or on nothing (`scratch`). `AS` gives it a name.\n\n```dockerfile\nFROM --platform=$BUILDPLATFORM golang:1.26 AS build\n```',
  'instruction/HEALTHCHECK':
    'How to find out whether a container still works. The exit code 0 means healthy, 1 unhealthy. `NONE` takes back that of the base image.\n\n```dockerfile\nHEALTHCHECK --interval=30s CMD curl -f http://localhost/\n```',
  'instruction/LABEL':
    'Adds metadata to the image.\n\n```dockerfile\nLABEL org.opencontainers.image.source="https://example.com/project"\n```',
  'instruction/MAINTAINER':
    'Names the author. Out of date: use the label `org.opencontainers.image.authors`.',
  'instruction/ONBUILD':
    'Keeps an instruction for later: it runs at the beginning of a build that is based on this image.\n\n```dockerfile\nONBUILD COPY . /src\n```',
  'instruction/RUN':
    'Runs a command and keeps what it changed as a layer. A heredoc holds several lines.\n\n```dockerfile\nRUN --mount=type=cache,target=/root/.cache make\n```',
  'instruction/SHELL':
    'The shell for the command lines that follow, as JSON.\n\n```dockerfile\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n```',
  'instruction/STOPSIGNAL': 'The signal that asks a container to end; `SIGTERM` unless told.',
  'instruction/USER':
    'Who runs the following commands and the container: a name or number, and a group if you like.\n\n```dockerfile\nUSER app:app\n```',
  'instruction/VOLUME':
    'Folders whose content is kept outside of the container’s layers. What is written there later in the Dockerfile may be lost.',
  'instruction/WORKDIR':
    'The folder for the following instructions and for the container. It is made when it is missing; a relative path goes on from the one before.',

  'flag/FROM --platform':
    'The platform that the base image is taken for, instead of the one that is built for. `$BUILDPLATFORM` makes a stage run natively, as cross-compilers like it.',
  'flag/RUN --mount':
    'Attaches something while this command runs: files of the context or of a stage (`bind`), a cache that outlives the build (`cache`), memory (`tmpfs`), a secret (`secret`) or an SSH agent (`ssh`). None of it ends up in the image.',
  'flag/RUN --network': 'The network of this command: `default`, `none` or `host`.',
  'flag/RUN --security':
    'With `insecure` the command runs with all privileges. The builder has to allow that (`security.insecure`).',
  'flag/RUN --device':
    'Gives the command a device of the builder by its CDI name, such as `nvidia.com/gpu=all`. `required` makes a missing one an error.',
  'flag/COPY --from': 'Where the files come from: a stage, an image or a named build context.',
  'flag/COPY --chown': 'Owner and group of the copied files: names or numbers, `user:group`.',
  'flag/COPY --chmod': 'Permissions of the copied files, such as `0755` or `u=rwX,go=rX`.',
  'flag/COPY --link':
    'Copies into a layer that doesn’t depend on those below it, so that it stays in the cache when they change. Links in the destination’s path are not followed.',
  'flag/COPY --parents': 'Keeps the folders that the sources lie in. `/./` in a source marks from where on.',
  'flag/COPY --exclude': 'Leaves out what matches the pattern. May be given several times.',
  'flag/ADD --chown': 'Owner and group of the added files: names or numbers, `user:group`.',
  'flag/ADD --chmod': 'Permissions of the added files, such as `0755` or `u=rwX,go=rX`.',
  'flag/ADD --link':
    'Adds in a layer that doesn’t depend on those below it, so that it stays in the cache when they change.',
  'flag/ADD --checksum':
    'The digest that the downloaded file must have, or the commit that the Git repository must be at.',
  'flag/ADD --keep-git-dir': 'Keeps the folder `.git` of a repository that is added.',
  'flag/ADD --unpack':
    'Whether archives are unpacked. Unless told, local ones are and downloaded ones are not.',
  'flag/ADD --exclude': 'Leaves out what matches the pattern. May be given several times.',
  'flag/HEALTHCHECK --interval': 'Time between two checks; 30 seconds unless told.',
  'flag/HEALTHCHECK --timeout': 'A check that takes longer has failed; 30 seconds unless told.',
  'flag/HEALTHCHECK --start-period': 'Time that the program may take to start: failures in it don’t count.',
  'flag/HEALTHCHECK --start-interval':
    'Time between two checks while the program starts; 5 seconds unless told.',
  'flag/HEALTHCHECK --retries': 'Failures in a row that make a container unhealthy; 3 unless told.',

  'mount/bind':
    'Files of the build context, or of a stage or image (`from`). What is written to them is thrown away.',
  'mount/cache':
    'A folder that the builder keeps between builds, for package managers and compilers. Never count on its content.',
  'mount/tmpfs': 'A folder in memory that is empty at first and gone afterwards.',
  'mount/secret': 'A secret as a file or environment variable, for this command only.',
  'mount/ssh': 'The SSH agent of whoever builds, for this command only.',
  'mountKey/type': 'What is attached: `bind`, `cache`, `tmpfs`, `secret` or `ssh`; `bind` unless told.',
  'mountKey/target': 'Where it is found while the command runs.',
  'mountKey/source': 'The path in the build context, or in what `from` names; its root unless told.',
  'mountKey/from': 'The stage, image or named build context that the files come from.',
  'mountKey/rw': 'Allows to write. What is written to a `bind` mount is thrown away.',
  'mountKey/ro': 'Forbids to write.',
  'mountKey/id':
    'What tells it from others: caches with the same id are one; of secrets and SSH agents it is the name given to the build.',
  'mountKey/sharing': 'What happens when two builds want the same cache: `shared`, `private` or `locked`.',
  'mountKey/mode':
    'Permissions in octal: `0755` for a cache, `0400` for a secret, `0600` for an SSH socket unless told.',
  'mountKey/uid': 'The owner’s number; 0 unless told.',
  'mountKey/gid': 'The group’s number; 0 unless told.',
  'mountKey/required': 'Makes the build fail when the secret or agent is not given.',
  'mountKey/env': 'The environment variable that holds the secret, instead of a file or along with one.',
  'mountKey/size': 'The most that it may hold, such as `64m`.',

  'directive/syntax':
    'The frontend image that reads this file. With it, new features work on older builders.\n\n```dockerfile\n# syntax=docker/dockerfile:1\n```',
  'directive/escape':
    'The character that continues lines and escapes others: a backslash, or a backtick for Windows paths.',
  'directive/check':
    'Which checks are left out, and whether findings make the build fail.\n\n```dockerfile\n# check=skip=JSONArgsRecommended;error=true\n```',
  'value/check skip': 'Checks that are left out, with commas between them; `all` leaves out every one.',
  'value/check error': '`true` makes every finding an error.',
  'value/check experimental': 'Checks that are still being tried out and shall be made.',

  'automatic/BUILDPLATFORM': 'The platform of the machine that builds, such as `linux/amd64`.',
  'automatic/BUILDOS': 'The operating system of the machine that builds, such as `linux`.',
  'automatic/BUILDOSVERSION': 'The version of the operating system of the machine that builds; for Windows.',
  'automatic/BUILDARCH': 'The processor of the machine that builds, such as `amd64`.',
  'automatic/BUILDVARIANT': 'The processor’s variant on the machine that builds, such as `v7`; often empty.',
  'automatic/TARGETPLATFORM': 'The platform that is built for, such as `linux/arm64` or `linux/arm/v7`.',
  'automatic/TARGETOS': 'The operating system that is built for, such as `linux`.',
  'automatic/TARGETOSVERSION': 'The version of the operating system that is built for; for Windows.',
  'automatic/TARGETARCH': 'The processor that is built for, such as `arm64`.',
  'automatic/TARGETVARIANT': 'The variant of the processor that is built for, such as `v7`; often empty.',
  'automatic/TARGETSTAGE': 'The name of the target stage, or `default`.',
  proxy:
    'A proxy setting. Commands see it without an `ARG`, and it is kept out of the image’s history and of the cache key.',

  'value/network default': 'The builder’s usual network.',
  'value/network none': 'No network but the loopback.',
  'value/network host':
    'The network of the builder’s machine. The builder has to allow that (`network.host`).',
  'value/security sandbox': 'The usual restrictions.',
  'value/security insecure': 'All privileges. The builder has to allow that (`security.insecure`).',
  'value/sharing shared': 'Several builds may write at once.',
  'value/sharing private': 'A build gets a cache of its own while another one is using it.',
  'value/sharing locked': 'A build waits until the other one is done, as `apt` needs it.',
  'value/base scratch': 'Nothing at all: an image of one program, or the beginning of a base image.',

  'snippet/cross-compile':
    'A compiler that runs natively and compiles for the wanted platform, and a small image for the result.',
  'snippet/multi-stage': 'One stage that builds, and one that takes over the result only.',
  'snippet/cache-apt': 'Installs Debian packages with the downloads kept between builds.',
  'snippet/cache-go': 'Compiles Go with modules and compiled packages kept between builds.',
  'snippet/cache-npm': 'Installs npm packages with the downloads kept between builds.',
  'snippet/cache-pip': 'Installs Python packages with the downloads kept between builds.',
  'snippet/secret': 'Lets a command read a secret that never gets into the image.',
  'snippet/ssh': 'Lets a command use the SSH agent.',
  'snippet/heredoc-run': 'Several commands in one step.',
  'snippet/heredoc-copy': 'Writes a small file.',
};

export default docs;
