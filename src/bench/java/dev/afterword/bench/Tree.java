package dev.afterword.bench;

/**
 * Who replies to whom in a thread made for measuring. It is written in blocks of equal length, each
 * begun by a root that the rest of the block talks about, every other reply being one to a reply.
 * Beside that every block replies to the first root, and some go on with a chain below the second.
 */
final class Tree {
  private static final int CHAINED_PER_BLOCK = 2;

  private final int[] parents;
  private final int[] depths;
  private final int[] tops;
  private final int[] chain;
  private final int block;
  private final int manyPerBlock;

  /**
   * @param comments how many in all, a multiple of roots
   * @param roots how many of them
   * @param many how many replies the first root has, a multiple of roots
   * @param deep how many comments stand below the second root, one below the other
   */
  Tree(int comments, int roots, int many, int deep) {
    this.parents = new int[comments];
    this.depths = new int[comments];
    this.tops = new int[comments];
    this.chain = new int[deep + 1];
    this.block = comments / roots;
    this.manyPerBlock = many / roots;
    chain[0] = block;
    int chained = 0;
    for (int root = 0; root < comments; root += block) {
      parents[root] = root;
      tops[root] = root;
      int next = root + 1;
      for (int i = 0; i < manyPerBlock; i++) {
        reply(next++, 0);
      }
      for (int i = 0; i < CHAINED_PER_BLOCK && root > 0 && chained < deep; i++) {
        reply(next, chain[chained]);
        chain[++chained] = next++;
      }
      // What the first two blocks have to say stays away from the branches that are measured.
      int about = root > block ? root : manyPerBlock;
      for (int i = 0; next < root + block; i++, next++) {
        reply(next, i % 2 == 0 ? about : next - 1);
      }
    }
  }

  private void reply(int comment, int parent) {
    parents[comment] = parent;
    depths[comment] = depths[parent] + 1;
    tops[comment] = tops[parent];
  }

  int comments() {
    return parents.length;
  }

  int roots() {
    return comments() / block;
  }

  /** The root of a block. */
  int root(int number) {
    return number * block;
  }

  /** What a comment replies to: itself for a root. */
  int parent(int comment) {
    return parents[comment];
  }

  int depth(int comment) {
    return depths[comment];
  }

  /** The root that a comment stands below: itself for a root. */
  int top(int comment) {
    return tops[comment];
  }

  /** How many replies the first root has. */
  int many() {
    return roots() * manyPerBlock;
  }

  /** One of those replies, in order of creation. */
  int ofMany(int number) {
    return root(number / manyPerBlock) + 1 + number % manyPerBlock;
  }

  /** How many comments stand below the first root. */
  int belowMany() {
    int below = -1;
    for (int top : tops) {
      below += top == 0 ? 1 : 0;
    }
    return below;
  }

  /** How deep the chain is. */
  int deep() {
    return chain.length - 1;
  }

  /** The comment of the chain at a depth. */
  int ofChain(int depth) {
    return chain[depth];
  }
}
