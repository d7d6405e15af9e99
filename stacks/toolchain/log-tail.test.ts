import { expect } from 'chai';
import { withoutPackageNames } from './log-tail.ts';

describe("the end of a build's log", () => {
  it('shows the error of the compiler, without the packages that were compiled after it', () => {
    const error = ['# example.com/app/cmd', 'cmd/main.go:3:8: undefined: run'];
    expect(
      withoutPackageNames(['internal/abi', ...error, 'gopkg.in/yaml.v3', 'example.com/app/~x/v2', 'runtime']),
    ).to.deep.equal(error);
  });

  it('shows the packages if there is nothing else', () => {
    expect(withoutPackageNames(['internal/abi', 'runtime'])).to.deep.equal(['internal/abi', 'runtime']);
  });
});
