import { z } from 'zod';
import type { DeliveryAttempt } from './redelivery';

/** What GitHub's API answers for the deliveries of a hook, as far as it is needed here. */
const listSchema = z.array(
  z.looseObject({
    id: z.string().regex(/^\d{1,20}$/, 'must be a number'),
    guid: z.string().min(1).max(200),
    delivered_at: z.iso.datetime({ offset: true }),
    redelivery: z.boolean(),
    status_code: z.int(),
    event: z.string().max(200),
    action: z.string().max(200).nullable(),
  }),
);

/** An attempt as the API lists it, its id as a text. */
type ListedDelivery = z.infer<typeof listSchema>[number];

/** The deliveries that a text lists. Throws a SyntaxError where it is no JSON, a ZodError where it is another one. */
export const listedDeliveries = (text: string): ListedDelivery[] =>
  // Ids have 19 digits, of which a double keeps 15.
  listSchema.parse(JSON.parse(text.replace(/"id"\s*:\s*(\d+)/g, '"id":"$1"')));

/** The same as an attempt of any sender. */
export const attemptOf = (listed: ListedDelivery): DeliveryAttempt => ({
  id: listed.id,
  guid: listed.guid,
  deliveredAt: listed.delivered_at,
  statusCode: listed.status_code,
  event: eventName(listed),
  isRepeated: listed.redelivery,
});

/** The event with its action, such as `pull_request.opened`. */
const eventName = ({ event, action }: Pick<ListedDelivery, 'event' | 'action'>): string =>
  action === null ? event : `${event}.${action}`;
