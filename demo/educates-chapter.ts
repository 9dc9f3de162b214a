import type { TrainingPortal } from '../test/support/training-portal/training-portal.js';
import type { ApiClient } from './api-client.js';
import { must, type Story } from './story.js';

interface WorkshopSession {
  id: string;
  state: string;
  portal: string;
  launchUrl: string;
}

/** A workshop is requested from the training portal, and its session opened. */
export async function startAWorkshop(story: Story, student: ApiClient, portal: TrainingPortal): Promise<void> {
  const session = await story.step('The student requests a workshop from the training portal', async (show) => {
    const created = await student.post<WorkshopSession>('/api/educates/sessions', { workshop: 'git-basics' });
    show(`session ${created.id} on the portal ${created.portal} is ${created.state}`);
    show(`session URL ${created.launchUrl}`);
    return created;
  });

  await story.step('and opens it', async (show) => {
    const location = await student.redirectOf(new URL(session.launchUrl).pathname);
    const page = await portal.activate(location);
    show(
      `the launch link leads to ${new URL(location, portal.url).origin}, which lets the student in with ${page.status}`,
    );
    must(page.status === 302, 'the portal to let the student in', page);
  });
}
