import type { Snippet } from './export-format.js';
import type { ExportedNetwork } from './exported-network.js';

/** Returns programs that classify a picture with an ONNX file. */
export function onnxSnippets({ stored: { imageSide: side, classNames } }: ExportedNetwork): Snippet[] {
  // Names of classes are other people's: none of them ends the script of a page.
  const names = JSON.stringify(classNames).replaceAll('<', '\\u003c');
  return [
    {
      where: 'Node',
      install: 'npm install onnxruntime-node sharp',
      language: 'js',
      code: `// node classify.mjs picture.jpg
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const classNames = ${names};
const pixels = await sharp(process.argv[2])
  .flatten({ background: '#ffffff' })
  .toColourspace('srgb')
  .resize(${side}, ${side}, { fit: 'fill' })
  .raw()
  .toBuffer();
const session = await InferenceSession.create('model.onnx');
const images = new Tensor('uint8', new Uint8Array(pixels), [1, ${side}, ${side}, 3]);
const { probabilities } = await session.run({ images });
classNames.forEach((name, i) => console.log(name, probabilities.data[i].toFixed(4)));
`,
    },
    {
      where: 'Browser',
      install: 'npm install onnxruntime-web',
      language: 'html',
      code: `<input type="file" accept="image/*" />
<pre></pre>
<script type="module">
  // Goes through a bundler; the files ort-wasm-*.wasm of onnxruntime-web's folder dist lie beside what it makes.
  import { InferenceSession, Tensor } from 'onnxruntime-web';

  const classNames = ${names};
  const session = await InferenceSession.create('model.onnx');
  document.querySelector('input').onchange = async ({ target }) => {
    const context = new OffscreenCanvas(${side}, ${side}).getContext('2d');
    context.drawImage(await createImageBitmap(target.files[0]), 0, 0, ${side}, ${side});
    const rgba = context.getImageData(0, 0, ${side}, ${side}).data;
    const images = new Tensor('uint8', Uint8Array.from(rgba.filter((_, i) => i % 4 < 3)), [1, ${side}, ${side}, 3]);
    const { probabilities } = await session.run({ images });
    const lines = classNames.map((name, i) => \`\${name} \${probabilities.data[i].toFixed(4)}\`);
    document.querySelector('pre').textContent = lines.join('\\n');
  };
</script>
`,
    },
    {
      where: 'Python',
      install: 'pip install onnxruntime pillow',
      language: 'python',
      code: `# python classify.py picture.jpg
import json
import sys

import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession("model.onnx")
class_names = json.loads(session.get_modelmeta().custom_metadata_map["class_names"])
picture = Image.open(sys.argv[1]).convert("RGB").resize((${side}, ${side}))
(probabilities,) = session.run(["probabilities"], {"images": np.asarray(picture)[None]})
for name, probability in zip(class_names, probabilities[0]):
    print(name, f"{probability:.4f}")
`,
    },
  ];
}
