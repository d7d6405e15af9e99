import { expect } from 'chai';
import { OrderedOutput } from './ordered-output.ts';

describe('ordered output', () => {
  it('writes the first step at once and buffers the others until it has ended', () => {
    const written: string[] = [];
    const ordered = new OrderedOutput((text) => written.push(String(text)));
    const [first, second, third] = [ordered.open(), ordered.open(), ordered.open()];
    second.write('b1');
    first.write('a1');
    third.write('c1');
    third.close();
    expect(written).to.deep.equal(['a1']);
    first.write('a2');
    first.close();
    expect(written).to.deep.equal(['a1', 'a2', 'b1']);
    second.write('b2');
    second.close();
    expect(written).to.deep.equal(['a1', 'a2', 'b1', 'b2', 'c1']);
  });
});
