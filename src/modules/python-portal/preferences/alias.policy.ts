const adjectives = (
  'Agile Brave Bright Calm Clever Cosmic Curious Daring Eager Gentle Golden Happy Honest Humble Jolly Keen Kind Lively ' +
  'Lucky Mellow Nimble Noble Patient Quick Quiet Silver Smart Steady Sunny Swift Tidy Wise'
).split(' ');
const animals = (
  'Badger Beaver Bison Crane Dolphin Eagle Falcon Ferret Finch Fox Gecko Heron Ibex Jaguar Koala Lemur Lynx Marten Moose ' +
  'Narwhal Ocelot Otter Owl Panda Penguin Puffin Python Raven Seal Tapir Turtle Walrus'
).split(' ');

/**
 * A name that tells nothing of its owner. It is made up here, so that nobody can write somebody else's name or worse on the board.
 *
 * @param pick a random whole number below the given one
 */
export function makeAlias(pick: (below: number) => number): string {
  return `${adjectives[pick(adjectives.length)]} ${animals[pick(animals.length)]} ${100 + pick(900)}`;
}
