package dev.afterword.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests against the {@link TestStore}, emptied before the class. CI runs these twice: on
 * the bundled store, and on Redis in Docker; those that wait longer for the clock than for the
 * store, tagged {@code clock}, on the former alone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("store")
@ExtendWith(TestStore.Fresh.class)
public @interface OnStore {}
