package dev.afterword.moderation;

import dev.afterword.Desk;
import dev.afterword.Reader;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What articles and their comments should be while threads become one and two again. */
final class ThreadModel {
  private ThreadModel() {}

  /** An article: its key, and by a comment of it the number that ids begin with. */
  static final class Place {
    final String key;
    String number = "";
    Place gaveWayTo;

    Place(String key) {
      this.key = key;
    }

    Place meaning() {
      return gaveWayTo == null ? this : gaveWayTo.meaning();
    }
  }

  /** A comment. */
  static final class Node {
    final Node parent;
    final Reader author;
    final List<Node> replies = new ArrayList<>();
    final Map<Reader, Integer> votes = new HashMap<>();

    /** Every one that it was told by. */
    final Set<String> ids = new LinkedHashSet<>();

    final List<String> earlier = new ArrayList<>();
    QueueModelTest.Model model;
    String text;

    /** Of a root. */
    Place home;

    /** Taken away by its author. */
    boolean gone;

    /** How it was posted: to which key, under which Idempotency-Key. */
    String key;

    String once;
    JsonObject draft;

    Node(Node parent, Reader author) {
      this.parent = parent;
      this.author = author;
    }

    Node root() {
      return parent == null ? this : parent.root();
    }

    int depth() {
      return parent == null ? 0 : 1 + parent.depth();
    }

    String id() {
      return Desk.at(ids.iterator().next(), root().home.number);
    }

    String state() {
      return gone ? "deleted" : model.state();
    }

    boolean isVisible() {
      return state().equals("visible");
    }

    boolean isListed() {
      return isVisible() || replies.stream().anyMatch(Node::isListed);
    }

    Stream<Node> branch() {
      return Stream.concat(Stream.of(this), replies.stream().flatMap(Node::branch));
    }

    long votes(int value) {
      return isVisible() ? votes.values().stream().filter(each -> each == value).count() : 0;
    }

    /** As lists tell it. */
    String line() {
      long descendants = branch().filter(Node::isVisible).count() - (isVisible() ? 1 : 0);
      return String.join(
          " ",
          id(),
          parent == null ? "-" : parent.id(),
          "depth " + depth(),
          isVisible() ? "visible " + text : "deleted null",
          "votes " + votes(1) + ' ' + votes(-1),
          "replies " + replies.stream().filter(Node::isListed).count(),
          parent == null ? "all " + descendants : "");
    }
  }

  static String line(JsonObject told) {
    var parent = told.getString("parent");
    return String.join(
        " ",
        told.getString("id"),
        parent == null ? "-" : parent,
        "depth " + told.getInteger("depth"),
        told.getString("state") + ' ' + told.getString("text"),
        "votes " + told.getInteger("up") + ' ' + told.getInteger("down"),
        "replies " + told.getJsonObject("replies").getInteger("total"),
        parent == null ? "all " + told.getInteger("descendants") : "");
  }

  /** Threads that were joined: which roots went over. */
  record Union(String verdict, Place from, Place to, List<Node> roots) {}
}
