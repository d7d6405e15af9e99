import { expect } from 'chai';
import { OrderedOutput } from './ordered-output.ts';

describe('ordered', () => {
  it('let the first speak at once and keep what the others say until it has ended', () => {
    const heard: string[] = [];
    const ordered = new OrderedOutput((text) => heard.push(String(text)));
    const [first, second, third] = [ordered.open(), ordered.open(), ordered.open()];
    second.write('b1');
    first.write('a1');
    third.write('c1');
    third.close();
    expect(heard).to.deep.equal(['a1']);
    first.write('a2');
    first.close();
    expect(heard).to.deep.equal(['a1', 'a2', 'b1']);
    second.write('b2');
    second.close();
    expect(heard).to.deep.equal(['a1', 'a2', 'b1', 'b2', 'c1']);
  });
});
