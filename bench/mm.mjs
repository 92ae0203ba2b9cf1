import { ortRuntime } from '@cifarlab/ort-runtime';
const rt = ortRuntime({ threads: Number(process.env.T ?? 2) });
const mem = new ArrayBuffer(600e6);
let off = 0;
const alloc = (n) => { const v = new Float32Array(mem, off, n); off += Math.ceil(n*4/64)*64 + 11*64; for (let i=0;i<n;i+=1) v[i]=((i*7919)%1000)/1000-.5; return v; };
const sym=(p,r)=>Array.from({length:r},(_,i)=>p+i);
function mul(a,b,c,ta,tb){
  const ra=a.dims.length, rb=b.dims.length;
  const s=rt.session(`x ${ra} ${rb} ${ta} ${tb}`,(g)=>{
    const ins=[g.input('a','float32',sym('a',ra)),g.input('b','float32',sym('b',rb))];
    const outputs=[g.output('c','float32',sym('c',Math.max(ra,rb)))];
    if (ra===2 && (ta||tb)) g.node('Gemm',ins,{transA:+ta,transB:+tb},{outputs});
    else if(ta||tb) g.node('FusedMatMul',ins,{transA:+ta,transB:+tb},{outputs,domain:'com.microsoft'});
    else g.node('MatMul',ins,{},{outputs});
  });
  s.run([a,b],[c]);
}
const med=(f,n=15)=>{f();f();const t=[];for(let i=0;i<n;i++){const s=performance.now();f();t.push(performance.now()-s);}t.sort((x,y)=>x-y);return t[n>>1];};
function go(name,P,M,K,N){
  const base=off;
  const A=alloc(P*M*K),B=alloc(P*K*N),C=alloc(P*M*N);
  const gf=2*P*M*K*N/1e9;
  const d=(r,c)=>P>1?[P,r,c]:[r,c];
  const r=[];
  for (const [l,ta,tb] of [['NN',0,0],['NT',0,1],['TN',1,0]]) {
    const t=med(()=>mul({data:A,dims:ta?d(K,M):d(M,K)},{data:B,dims:tb?d(N,K):d(K,N)},{data:C,dims:d(M,N)},!!ta,!!tb));
    r.push(`${l} ${t.toFixed(2)}ms ${(gf/t*1e3).toFixed(0)}GF`);
  }
  console.log(name.padEnd(28),`P${P} M${M} K${K} N${N}`.padEnd(26),r.join('  '));
  off=base;
}
go('big',1,2048,2048,2048);
go('64@32 F4 half',36,1025,64,64);
go('64@32 F4 wgrad',36,64,1025,64);
go('128@16 F4',36,513,128,128);
go('128@16 F4 wgrad',36,128,513,128);
go('256@8 F4',36,129,256,256);
go('256@8 F4 wgrad',36,256,129,256);
go('512@4 F2',16,129,512,512);
go('512@4 F2 wgrad',16,512,129,512);
go('512@4 F4',36,33,512,512);
go('512@2 im2col',1,128,4608,512);
go('512@2 im2col wgrad',1,4608,128,512);
go('1x1 64-128',1,32768,64,128);
go('1x1 wgrad',1,64,32768,128);
go('1x1 128-256',1,8192,128,256);
go('1x1 wgrad',1,128,8192,256);
go('1x1 256-512',1,2048,256,512);
go('1x1 wgrad',1,256,2048,512);
