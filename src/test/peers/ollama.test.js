// The client of the ollama package against the scripted model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Ollama } from 'ollama';

const ollama = new Ollama({ host: process.env.MODEL_URL });
const sky = [{ role: 'user', content: 'Why is the sky blue?' }];
const clock = {
  type: 'function',
  function: {
    name: 'current_time',
    description: 'The current time in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

test('lists the models', async () => {
  const { models } = await ollama.list();
  assert.ok(models.some((model) => model.name.startsWith('scripted')));
});

test('shows a model', async () => {
  const shown = await ollama.show({ model: 'scripted' });
  assert.ok(shown.capabilities.includes('tools'));
});

test('streams a chat chunk by chunk', async () => {
  const parts = [];
  for await (const part of await ollama.chat({ model: 'scripted', messages: sky, stream: true })) parts.push(part);
  assert.ok(parts.length > 20);
  assert.match(parts.map((part) => part.message.content).join(''), /^Sunlight is a mixture/);
  assert.equal(parts.at(-1).done, true);
  assert.equal(parts.at(-1).done_reason, 'stop');
  assert.ok(parts.at(-1).eval_count > 0);
});

test('answers a chat as a whole', async () => {
  const answer = await ollama.chat({ model: 'scripted', messages: sky });
  assert.match(answer.message.content, /^Sunlight is a mixture/);
});

test('thinks first where it is asked to', async () => {
  const answer = await ollama.chat({ model: 'scripted-thinker', messages: sky, think: true });
  assert.ok(answer.message.thinking.length > 0);
});

test('calls a tool and uses its result', async () => {
  const question = { role: 'user', content: 'What is the current_time in Lisbon?' };
  const call = await ollama.chat({ model: 'scripted', messages: [question], tools: [clock] });
  assert.equal(call.message.tool_calls[0].function.name, 'current_time');
  const answer = await ollama.chat({
    model: 'scripted',
    messages: [question, call.message, { role: 'tool', tool_name: 'current_time', content: 'half past nine' }],
    tools: [clock],
  });
  assert.match(answer.message.content, /half past nine/);
});

test('generates from a prompt, streamed', async () => {
  let text = '';
  for await (const part of await ollama.generate({ model: 'scripted', prompt: 'Who are you?', stream: true })) {
    text += part.response;
  }
  assert.match(text, /scripted model/);
});

test('names the model that is not there', async () => {
  await assert.rejects(ollama.chat({ model: 'nobody', messages: sky }), (failure) => {
    assert.equal(failure.status_code, 404);
    assert.match(failure.message, /nobody/);
    return true;
  });
});

test('can be left in the middle of an answer', async () => {
  const stream = await ollama.chat({ model: 'scripted', messages: sky, stream: true });
  await assert.rejects(async () => {
    for await (const part of stream) if (part.message.content) stream.abort();
  }, /abort/i);
});
