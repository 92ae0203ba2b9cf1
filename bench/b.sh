../packages/tfjs-backend-ort/node_modules/.bin/esbuild prof.mts --bundle --platform=node --format=esm --outfile=prof.mjs --external:@cifarlab/* --external:@tensorflow/* --log-level=error
