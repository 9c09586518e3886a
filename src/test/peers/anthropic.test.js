// Anthropic's own client against the scripted model.
import assert from 'node:assert/strict';
import test from 'node:test';
import Anthropic from '@anthropic-ai/sdk';

const anthropic = new Anthropic({ baseURL: process.env.MODEL_URL, apiKey: 'none is needed', maxRetries: 0 });
const sky = { model: 'scripted', max_tokens: 200, messages: [{ role: 'user', content: 'Why is the sky blue?' }] };
const clock = {
  name: 'current_time',
  description: 'The current time in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

test('lists the models', async () => {
  const models = await anthropic.models.list();
  assert.ok(models.data.some((model) => model.id === 'scripted'));
});

test('streams a message and counts its tokens', async () => {
  const stream = anthropic.messages.stream(sky);
  const pieces = [];
  stream.on('text', (piece) => pieces.push(piece));
  const message = await stream.finalMessage();
  assert.ok(pieces.length > 20);
  assert.match(pieces.join(''), /^Sunlight is a mixture/);
  assert.equal(message.stop_reason, 'end_turn');
  assert.equal(message.usage.input_tokens, 5);
  assert.equal(message.usage.output_tokens, pieces.length);
});

test('thinks in a block of its own that is signed', async () => {
  const message = await anthropic.messages.stream({ ...sky, model: 'scripted-thinker' }).finalMessage();
  assert.deepEqual(
    message.content.map((block) => block.type),
    ['thinking', 'text'],
  );
  assert.ok(message.content[0].signature);
});

test('answers as a whole', async () => {
  const message = await anthropic.messages.create(sky);
  assert.match(message.content[0].text, /^Sunlight is a mixture/);
  assert.equal(message.stop_reason, 'end_turn');
});

test('calls a tool, streamed, and uses its result', async () => {
  const question = { role: 'user', content: 'What is the current_time in Lisbon?' };
  const called = await anthropic.messages.stream({ ...sky, messages: [question], tools: [clock] }).finalMessage();
  assert.equal(called.stop_reason, 'tool_use');
  const [call] = called.content;
  assert.equal(call.name, 'current_time');
  assert.deepEqual(call.input, { city: 'Lisbon' });
  const result = { type: 'tool_result', tool_use_id: call.id, content: 'half past nine' };
  const answer = await anthropic.messages.create({
    ...sky,
    tools: [clock],
    messages: [question, { role: 'assistant', content: called.content }, { role: 'user', content: [result] }],
  });
  assert.match(answer.content[0].text, /half past nine/);
});

test('answers in the form of a schema', async () => {
  const schema = { type: 'object', properties: { place: { type: 'string' } }, additionalProperties: false };
  const message = await anthropic.messages.create({
    ...sky,
    messages: [{ role: 'user', content: 'How is the weather in Oslo?' }],
    output_config: { format: { type: 'json_schema', schema } },
  });
  assert.deepEqual(JSON.parse(message.content[0].text), { place: 'Oslo' });
});

test('names the model that is not there', async () => {
  await assert.rejects(anthropic.messages.create({ ...sky, model: 'nobody' }), (failure) => {
    assert.ok(failure instanceof Anthropic.NotFoundError);
    assert.match(failure.message, /nobody/);
    return true;
  });
});
