// The client of the openai package against the scripted model's /v1.
import assert from 'node:assert/strict';
import test from 'node:test';
import OpenAI from 'openai';

const openai = new OpenAI({ baseURL: process.env.MODEL_URL + '/v1', apiKey: 'none is needed', maxRetries: 0 });
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
  const models = await openai.models.list();
  assert.ok(models.data.some((model) => model.id.startsWith('scripted')));
});

test('streams a completion with its usage at the end', async () => {
  const chunks = [];
  const stream = await openai.chat.completions.create({
    model: 'scripted',
    messages: sky,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) chunks.push(chunk);
  assert.ok(chunks.length > 20);
  assert.match(chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join(''), /^Sunlight is a mixture/);
  assert.ok(chunks.some((chunk) => chunk.choices[0]?.finish_reason === 'stop'));
  assert.ok(chunks.at(-1).usage.total_tokens > 0);
});

test('answers as a whole', async () => {
  const answer = await openai.chat.completions.create({ model: 'scripted', messages: sky });
  assert.match(answer.choices[0].message.content, /^Sunlight is a mixture/);
  assert.equal(answer.choices[0].finish_reason, 'stop');
});

test('calls a tool, streamed, and uses its result', async () => {
  const question = { role: 'user', content: 'What is the current_time in Lisbon?' };
  const stream = openai.chat.completions.stream({ model: 'scripted', messages: [question], tools: [clock] });
  const called = (await stream.finalChatCompletion()).choices[0];
  assert.equal(called.finish_reason, 'tool_calls');
  const [call] = called.message.tool_calls;
  assert.equal(call.function.name, 'current_time');
  assert.ok(JSON.parse(call.function.arguments));
  const answer = await openai.chat.completions.create({
    model: 'scripted',
    messages: [question, called.message, { role: 'tool', tool_call_id: call.id, content: 'half past nine' }],
  });
  assert.match(answer.choices[0].message.content, /half past nine/);
});

test('names the model that is not there', async () => {
  await assert.rejects(openai.chat.completions.create({ model: 'nobody', messages: sky }), (failure) => {
    assert.ok(failure instanceof OpenAI.NotFoundError);
    assert.match(failure.message, /nobody/);
    return true;
  });
});
