import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAppProcess } from '../test/support/app-process.js';
import { startTrainingPortal } from '../test/support/training-portal/training-portal.js';
import { WebhookReceiver } from '../test/support/webhook-receiver.js';
import { ApiClient } from './api-client.js';
import { meetThePythonPortal } from './python-portal-chapter.js';
import { connectAnotherSystem, readTheDeliveries } from './integrations-chapter.js';
import { Story } from './story.js';
import { startAWorkshop } from './educates-chapter.js';

// Walks a newcomer through the main job. Lyceum runs as its operator would start it, with its embedded database and sandbox; a
// training portal and another system, which cannot run here, are the stand-ins that the tests use.
const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-demo-'));
chmodSync(directory, 0o711);
const story = new Story();
const receiver = await WebhookReceiver.start();
const portal = await startTrainingPortal({
  name: 'lab',
  workshops: [
    {
      name: 'lab-git-basics',
      alias: 'git-basics',
      title: 'Git from the first commit',
      difficulty: 'beginner',
      duration: '45m',
      capacity: 5,
      reserved: 1,
    },
  ],
});
const adminSecret = randomBytes(32).toString('hex');
const lyceum = await startAppProcess({
  environment: {
    DATA_DIR: path.join(directory, 'data'),
    LOG_LEVEL: 'warn',
    ADMIN_SECRET: adminSecret,
    OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
    EDUCATES_PORTALS: `lab=${portal.url}`,
    EDUCATES_LAB_ROBOT_USERNAME: portal.credentials.username,
    EDUCATES_LAB_ROBOT_PASSWORD: portal.credentials.password,
    EDUCATES_LAB_ROBOT_CLIENT_ID: portal.credentials.clientId,
    EDUCATES_LAB_ROBOT_CLIENT_SECRET: portal.credentials.clientSecret,
  },
});

let hasHeld = false;
try {
  process.stdout.write(
    `Lyceum answers on ${lyceum.url}; the training portal on ${portal.url}; another system on ${receiver.url()}\n`,
  );
  const visitor = new ApiClient(lyceum.url);
  const admin = visitor.as({ 'x-admin-secret': adminSecret });

  const connection = await connectAnotherSystem(story, admin, receiver);
  const student = await meetThePythonPortal(story, visitor);
  await readTheDeliveries(story, { admin, visitor, receiver, connection });
  await startAWorkshop(story, student, portal);

  hasHeld = true;
  process.stdout.write(`\nEvery step held, in ${story.seconds().toFixed(1)} s.\n`);
} catch (error) {
  process.stderr.write(
    `\nThis step did not hold: ${(error as Error).message}\n\nLyceum printed:\n${lyceum.output()}\n`,
  );
} finally {
  await lyceum.stop();
  await Promise.all([portal.stop(), receiver.stop()]);
  rmSync(directory, { recursive: true, force: true });
}
process.exit(hasHeld ? 0 : 1);
