import type { TextTable } from '../translator';

/** Layers of images and the files in them. */
export const layers: TextTable = {
  'The layer': '该层',
  '{{0}} has more than {{1}} bytes uncompressed, which is more than is read.':
    '{{0}} 解压后超过 {{1}} 字节，超出了读取的上限。',
  'The archive has more than {{0}} bytes uncompressed, which is more than is read.':
    '该归档解压后超过 {{0}} 字节，超出了读取的上限。',
  '{{0}} is a decompression bomb: {{1}} bytes of it became more than {{2}} times as many.':
    '{{0}} 是解压炸弹：其中 {{1}} 字节解压成了超过 {{2}} 倍的内容。',
  'The archive is a decompression bomb: {{0}} bytes of it became more than {{1}} times as many.':
    '该归档是解压炸弹：其中 {{0}} 字节解压成了超过 {{1}} 倍的内容。',
  '{{0}} is cut off: its {{1}} compression does not end.': '{{0}} 不完整：其 {{1}} 压缩数据没有结束。',
  '{{0}}’s {{1}} compression is damaged.': '{{0}} 的 {{1}} 压缩数据已损坏。',
  '{{0}}’s zstd compression is damaged.': '{{0}} 的 zstd 压缩数据已损坏。',
  'The file has {{0}} bytes, more than the {{1}} that are read.':
    '该文件有 {{0}} 字节，超过读取上限 {{1}} 字节。',
  'The layer ends before the end of the file.': '该层在文件结束之前就结束了。',
  '{{0}} is no file.': '{{0}} 不是文件。',
  'The hard link leads to {{0}}, which is not in the layers that are shown.':
    '该硬链接指向 {{0}}，它不在所显示的层中。',
  'Look at the merged file system, which has the layers below, too.':
    '请查看合并后的文件系统，其中也包含下面的层。',
  'There is no such file in this image.': '此镜像中没有这个文件。',
  'Layer {{0}}: {{1}}': '第 {{0}} 层：{{1}}',
  'A row of the file tree is in no column.': '文件树的某一行不属于任何列。',
  'The layer’s uncompressed content is not what the image’s configuration says: it has the digest {{0}} in place of {{1}}.':
    '该层解压后的内容与镜像配置不符：摘要值为 {{0}}，而不是 {{1}}。',
  'The layer has more than {{0}} entries, which is more than is read.':
    '该层的条目超过 {{0}} 个，超出了读取的上限。',
  'The file is too short.': '文件过短。',
  'The file has another checksum.': '文件的校验和不符。',
  'This file tree is not open any more.': '此文件树已不再打开。',
  'Open the files again.': '请重新打开文件。',
  'The content of {{0}} is not the one that the layer had when it was read.':
    '{{0}} 的内容与读取该层时的内容不同。',
  'A part of the layer can’t be read any more.': '该层的一部分已无法读取。',
  'The layer has no {{0}}, although its table of contents names it.':
    '该层中没有 {{0}}，尽管其内容目录中列有它。',
  'This is an index of another version.': '这是其他版本的索引。',
  'The layer has more than {{0}} parts of sparse files, which is more than is read.':
    '该层的稀疏文件片段超过 {{0}} 个，超出了读取的上限。',
  'The layer has more than {{0}} bytes of links’ targets, which is more than is read.':
    '该层的链接目标超过 {{0}} 字节，超出了读取的上限。',
  'The layer has more than {{0}} paths, which is more than is read.':
    '该层的路径超过 {{0}} 个，超出了读取的上限。',
  'The layer has more than {{0}} bytes of names, which is more than is read.':
    '该层的名称超过 {{0}} 字节，超出了读取的上限。',
  'In the layer the target of a link is longer than {{0}} bytes or deeper than {{1}} folders, which no file system takes.':
    '该层中有链接目标超过 {{0}} 字节或深度超过 {{1}} 层文件夹，任何文件系统都不接受。',
  'In the layer a path is longer than {{0}} bytes or deeper than {{1}} folders, which no file system takes.':
    '该层中有路径超过 {{0}} 字节或深度超过 {{1}} 层文件夹，任何文件系统都不接受。',
  'The file tree was closed.': '文件树已关闭。',
  'The thread that reads layers stopped.': '读取层的线程已停止。',
  'Reading the layer stopped: nothing came for {{0}} seconds.':
    '读取该层已停止：{{0}} 秒内没有收到任何数据。',
  'Reading the layer failed.': '读取该层失败。',
  '{{0}} out of the image, such as {{1}}; shown as if “..” stayed at the root.':
    '{{0}}指向镜像之外，例如 {{1}}；显示时将“..”视为停留在根目录。',
  '{{0}} absolute, such as {{1}}; shown without the slash.':
    '{{0}}是绝对路径，例如 {{1}}；显示时去掉了开头的斜杠。',
  '1 hard link leads out of the image, such as {{0}}; not followed there.':
    '1 个硬链接指向镜像之外，例如 {{0}}；没有跟随到那里。',
  '{{0}} hard links lead out of the image, such as {{1}}; not followed there.':
    '{{0}} 个硬链接指向镜像之外，例如 {{1}}；没有跟随到那里。',
  '1 whiteout hides nothing, such as {{0}}; left out.':
    '1 个删除项（whiteout）没有对应的内容，例如 {{0}}；已略去。',
  '{{0}} whiteouts hide nothing, such as {{1}}; left out.':
    '{{0}} 个删除项（whiteout）没有对应的内容，例如 {{1}}；已略去。',
  '1 name is both a file and a folder, such as {{0}}; shown as a folder.':
    '1 个名称既是文件又是文件夹，例如 {{0}}；按文件夹显示。',
  '{{0}} names are both a file and a folder, such as {{1}}; shown as a folder.':
    '{{0}} 个名称既是文件又是文件夹，例如 {{1}}；按文件夹显示。',
  '1 entry is in the place of the root folder, such as {{0}}; left out.':
    '1 个条目占用了根文件夹的位置，例如 {{0}}；已略去。',
  '{{0}} entries are in the place of the root folder, such as {{1}}; left out.':
    '{{0}} 个条目占用了根文件夹的位置，例如 {{1}}；已略去。',
  '1 entry is of an unknown type, such as {{0}}; left out.': '1 个条目的类型未知，例如 {{0}}；已略去。',
  '{{0}} entries are of an unknown type, such as {{1}}; left out.':
    '{{0}} 个条目的类型未知，例如 {{1}}；已略去。',
  '1 program was not read, only the layer’s table of contents; their machine is not known.':
    '1 个程序没有读取，只读取了该层的内容目录；无法得知其适用的架构。',
  '{{0}} programs were not read, only the layer’s table of contents; their machine is not known.':
    '{{0}} 个程序没有读取，只读取了该层的内容目录；无法得知其适用的架构。',
  '1 name leads': '1 个名称',
  '1 name is': '1 个名称',
  '{{0}} names lead': '{{0}} 个名称',
  '{{0}} names are': '{{0}} 个名称',
  'The layer’s archive is damaged: the map of a sparse file makes no sense.':
    '该层的归档已损坏：某个稀疏文件的映射不合理。',
  'The layer’s table of contents can’t be read.': '无法读取该层的内容目录。',
  'The layer’s table of contents is not what the image’s manifest says: it has the digest {{0}} in place of {{1}}.':
    '该层的内容目录与镜像清单不符：摘要值为 {{0}}，而不是 {{1}}。',
  'The layer’s table of contents is no JSON.': '该层的内容目录不是 JSON。',
  'The layer’s table of contents has no digest for {{0}}.': '该层的内容目录中没有 {{0}} 的摘要值。',
  'The layer’s archive is cut off after {{0}} bytes.': '该层的归档不完整，在 {{0}} 字节之后中断。',
  'The name or the attributes of an entry in the layer’s archive have {{0}} bytes, more than the {{1}} that are read.':
    '该层的归档中，某个条目的名称或属性有 {{0}} 字节，超过读取上限 {{1}} 字节。',
  'The layer is a zip archive. Layers of images are tar archives.':
    '该层是 zip 归档，而镜像的层应为 tar 归档。',
  'The layer is no tar archive.': '该层不是 tar 归档。',
  'The layer’s archive is damaged: a sparse file has no map.': '该层的归档已损坏：某个稀疏文件没有映射。',
  'The layer’s archive is damaged: there is an entry after the sign for its end.':
    '该层的归档已损坏：结束标记之后还有条目。',
  'The layer’s archive is damaged: an entry has no valid size.': '该层的归档已损坏：某个条目的大小无效。',
  'The layer’s archive is damaged: a sparse file has no valid size.':
    '该层的归档已损坏：某个稀疏文件的大小无效。',
  'The layer’s archive is damaged: the map of a sparse file is too long.':
    '该层的归档已损坏：某个稀疏文件的映射过长。',
  'The layer’s archive is damaged: an entry’s pax attributes can’t be read.':
    '该层的归档已损坏：无法读取某个条目的 pax 属性。',
  'The layer’s archive is damaged: an entry’s header has a wrong checksum.':
    '该层的归档已损坏：某个条目头部的校验和不符。',
  '{{0}} is cut off: its zstd compression does not end.': '{{0}} 不完整：其 zstd 压缩数据没有结束。',
  '{{0}}’s zstd compression is damaged: a frame has no valid beginning.':
    '{{0}} 的 zstd 压缩数据已损坏：某一帧的开头无效。',
  '{{0}}’s zstd compression asks for {{1}} bytes of memory, more than the {{2}} that it gets.':
    '{{0}} 的 zstd 压缩需要 {{1}} 字节内存，超过上限 {{2}} 字节。',
  '{{0}}’s zstd compression is damaged: a block has no valid type.':
    '{{0}} 的 zstd 压缩数据已损坏：某个块的类型无效。',
};
