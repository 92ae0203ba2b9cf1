/**
 * Question 4 a: the ConvNet of Figure 5, with pre-activation blocks PreAct(x) = x + conv(relu(batchnorm(x))). All
 * convolutions of 3x3 and all pools keep the size or halve it: padding 'same', pools of 3x3 with stride 2.
 *
 *     conv0   3x3, 3 -> w       PreAct1
 *     conv1   1x1, w -> 2w      maxpool1    PreAct2_a   PreAct2_b
 *     conv2   1x1, 2w -> 4w     maxpool2    PreAct3_a   PreAct3_b
 *     conv3   1x1, 4w -> 8w     maxpool3    PreAct4_a   PreAct4_b
 *     maxpool4                  PreAct5_a   PreAct5_b
 *     maxpool5                  batchnorm, relu, flatten, linear 8w -> numClasses
 *
 * @param {{ width: number, numClasses: number }} options `width` is w; 64 in the practical
 * @returns {import('@tensorflow/tfjs-layers').LayersModel} images [S, 32, 32, 3] -> logits [S, numClasses]
 */
export function createConvNet({ width, numClasses }) {
  throw new Error('createConvNet in src/convnet.js is empty');
}
