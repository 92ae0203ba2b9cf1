export { createPreActConvNet as createConvNet } from '@cifarlab/convnet-preact';
