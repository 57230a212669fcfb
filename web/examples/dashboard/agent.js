// All that the dashboard has to do with the agent: whom the conversation is about, what the
// agent tells, and a tool of the dashboard's own.

/** Where the open agent covers the tables. */
const COVERED = '(max-width: 59.99rem)';

/** Waits for the element's script, which may come late or never, and joins the two. */
export async function attend(element, { selectFilm, addToCampaign, feedback }) {
  await customElements.whenDefined(element.localName);
  element.addEventListener('usher-recommendation-click', ({ detail }) => {
    const covered = matchMedia(COVERED).matches;
    if (covered) element.close();
    selectFilm(detail.item_id, covered);
  });
  element.addEventListener('usher-feedback', ({ detail }) => feedback(detail));
  element.registerTool({
    name: 'add_to_campaign',
    description:
      'Adds films to the weekend campaign that is prepared in this dashboard. Use it when asked to '
      + 'put films into the campaign. Find the films with the other tools first.',
    inputSchema: {
      type: 'object',
      properties: {
        items: {
          type: 'array',
          items: { type: 'string' },
          minItems: 1,
          maxItems: 20,
          description: 'Ids of the films',
        },
      },
      required: ['items'],
      additionalProperties: false,
    },
    execute: ({ items }) => addToCampaign(items),
  });
  return {
    setUser: (user) => element.setContext({ user }),
    ask: () => element.open(),
    suggest() {
      element.open();
      // What went wrong is shown in the panel.
      element.ask('What should this user watch?').catch(() => {});
    },
  };
}
