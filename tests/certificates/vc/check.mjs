// Checks credentials by Digital Bazaar's libraries, without a network.
// Reads {contexts, did, cases: [{credential, lists, now}]} and writes, for each case, "verified", which bits are set in
// the lists, or why it is refused.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';
import {readFileSync} from 'node:fs';

const {contexts, did, cases} = JSON.parse(readFileSync(0, 'utf8'));
const known = {...contexts, [did.id]: did};
for(const key of did.verificationMethod) {
  known[key.id] = {'@context': 'https://w3id.org/security/multikey/v1', ...key};
}

function loaderOf(lists) {
  const documents = {...known, ...Object.fromEntries(lists.map(list => [list.id, list]))};
  return async url => {
    if(!(url in documents)) {
      throw new Error(`Nothing is fetched: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(documents[url])};
  };
}

function reasons(error) {
  const inner = [error?.errors, error?.cause].flat().filter(Boolean);
  return [error?.message, ...inner.map(reasons)].filter(Boolean).join(': ');
}

async function answerTo({credential, lists, now}) {
  const suite = new DataIntegrityProof({cryptosuite});
  const {verified, error, statusResult} = await vc.verifyCredential({
    credential, suite, now, documentLoader: loaderOf(lists), checkStatus: options => checkStatus({...options, suite})
  });
  if(!verified) {
    return reasons(error) || reasons(statusResult?.error) || 'refused';
  }
  const set = statusResult.results.filter(one => one.status);
  return set.map(one => one.credentialStatus.statusPurpose).join(', ') || 'verified';
}

const answers = [];
for(const one of cases) {
  answers.push(await answerTo(one));
}
process.stdout.write(JSON.stringify(answers));
