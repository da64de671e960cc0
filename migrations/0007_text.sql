-- What a stream ends with as text: the tail for which this was written, a space, and the bytes of a character that is not whole yet in
-- hexadecimal, or `-` if the stream is not sent as text. NULL, and of another tail, where an older version has written the row: then it
-- is read from the content.
ALTER TABLE streams ADD COLUMN text_end TEXT;
UPDATE identity SET schema_version = 7;
