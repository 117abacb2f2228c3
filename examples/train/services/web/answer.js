/** The page's title, in the theme that is set. */
export const answer = ({ berths }, theme) => ({ title: `${berths.length} berths to let (${theme})` });
